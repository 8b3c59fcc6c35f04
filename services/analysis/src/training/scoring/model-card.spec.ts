import { exampleModel } from '../../../test/artefacts.ts';
import { modelCard } from './model-card.ts';

const sectionOf = (card: string, title: string): string => card.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('the card of a model', () => {
  const { outOfSample } = exampleModel;

  it('says first what the model tells that the base rate does not', () => {
    expect(sectionOf(modelCard(exampleModel), 'Verdict')).toContain(
      'It told 0.33 % more than the base rate (log loss 0.601 against 0.603).',
    );
  });

  it('says plainly when that is nothing', () => {
    for (const logLoss of [0.603, 0.7])
      expect(sectionOf(modelCard({ ...exampleModel, outOfSample: { ...outOfSample, logLoss } }), 'Verdict')).toContain(
        `**It told nothing that the base rate does not** (log loss ${logLoss} against 0.603). Do not put it in force.`,
      );
  });

  it('says of made-up bars that they were', () => {
    const { training } = exampleModel;
    expect(modelCard(exampleModel)).not.toContain('made up');
    expect(sectionOf(modelCard({ ...exampleModel, training: { ...training, simulated: true } }), 'Verdict')).toContain(
      '**Its bars were made up by a simulation:** it knows the simulation and no market.',
    );
  });

  it('shows every strategy and every row of the calibration, and a dash for what there is not', () => {
    const card = modelCard(exampleModel);
    expect(sectionOf(card, 'Trading by it')).toContain('| always_hold | 0 | – | – | – | nothing is ever traded |');
    expect(sectionOf(card, 'Trading by it')).toContain('| rules | 702 | 43.0 % | 0.040 | 0.090 |');
    expect(sectionOf(card, 'Calibration')).toContain('| 21.0 % | 28.0 % | 1020 | 26.0 % | 27.0 % |');
  });

  it('names what it can be recognised by', () => {
    const card = modelCard({ ...exampleModel, symbol: null, outOfSample: { ...outOfSample, auc: null } });
    expect(card).toMatch(/^# linear-1: every market 1d\n/);
    expect(card).toContain(exampleModel.digest);
    expect(card).toContain('| AUC | not defined | 0.500 |');
    expect(card).toContain('| phase | never changed |');
  });
});
