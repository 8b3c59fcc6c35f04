import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractViolation } from '@tocsin/domain-kit';
import { explain } from '@tocsin/service-kit';
import { artefactDigest } from '../../artefacts/artefact-digest.ts';
import { exampleModel, exampleRegimeModel } from '../../../test/artefacts.ts';
import { modelFor } from '../../domain/model/artefact.ts';
import { readModels } from './models.ts';

const sealed = (artefact: object): object => ({ ...artefact, digest: artefactDigest(artefact) });

describe('the folder of models', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-models-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const put = (name: string, document: unknown): void => {
    writeFileSync(join(folder, name), typeof document === 'string' ? document : JSON.stringify(document, null, 2));
  };
  const refusal = (): string => {
    try {
      readModels(folder);
      return 'nothing is refused';
    } catch (error) {
      expect(error).toBeInstanceOf(ContractViolation);
      return explain(error).replaceAll(folder, '<folder>');
    }
  };

  it('is none, or may be empty: then there is no model', () => {
    expect(readModels(null)).toEqual({ scoring: [], regimes: [] });
    expect(readModels(folder)).toEqual({ scoring: [], regimes: [] });
  });

  it('gives its models of both kinds, and does not mind the cards beside them', () => {
    put('spx-1d-linear-1.json', exampleModel);
    put('spx-1d-linear-1.md', '# A card');
    put('spx-1d-linear-2.json', sealed({ ...exampleModel, version: 'linear-2' }));
    put('all-1d-regime-1.json', exampleRegimeModel);

    const { scoring, regimes } = readModels(folder);
    expect(scoring.map(({ version }) => version)).toEqual(['linear-2', 'linear-1']);
    expect(modelFor(scoring, { symbol: 'SPX', timeframe: '1d' })?.version).toBe('linear-2');
    expect(modelFor(scoring, { symbol: 'DAX', timeframe: '1d' })).toBeNull();
    expect(regimes).toEqual([
      {
        version: 'regime-1',
        digest: exampleRegimeModel.digest,
        symbol: null,
        timeframe: '1d',
        mu: [0.06302, -0.02207],
        sigma: [0.63922, 1.41336],
        initial: [0, 1],
        transition: [
          [0.989857, 0.010143],
          [0.01832, 0.98168],
        ],
      },
    ]);
  });

  it('reads a model that was laid out otherwise as the same model', () => {
    const backwards = Object.fromEntries(Object.entries(exampleModel).toReversed());
    put('model.json', JSON.stringify(backwards, null, 7));
    expect(readModels(folder).scoring[0]?.digest).toBe(exampleModel.digest);
  });

  it('is refused for a field that does not fit, by file and field', () => {
    put('model.json', { ...exampleModel, intercept: '1', labels: 1 });
    expect(refusal()).toBe(
      [
        '<folder>/model.json is not as it must be:',
        '  /labels is not a known field: is it label?',
        '  /intercept must be number: Log-odds where every feature is 0.',
      ].join('\n'),
    );
  });

  it('is refused for a model that was changed after its training', () => {
    put('model.json', { ...exampleModel, intercept: exampleModel.intercept + 1e-9 });
    expect(refusal()).toMatch(/^<folder>\/model\.json is not as it must be:\n {2}\/digest is not that of the rest/);
    put('model.json', { ...exampleRegimeModel, symbol: 'SPX' });
    expect(refusal()).toMatch(/\/digest is not that of the rest/);
  });

  it('is refused for a feature that nobody knows, though the schema takes its name', () => {
    const features = [{ feature: 'moon_phase', weight: 1, mean: 0, scale: 1 }];
    put('model.json', sealed({ ...exampleModel, features }));
    expect(refusal()).toBe(
      '<folder>/model.json is not as it must be:\n  /features/0/feature moon_phase is no feature of features-1',
    );
  });

  it('is refused for regimes that are out of order, or whose probabilities make no one', () => {
    const { calm, turbulent } = exampleRegimeModel;
    put(
      'regime.json',
      sealed({ ...exampleRegimeModel, calm: turbulent, turbulent: { ...calm, toCalm: 0.5, initial: 0.5 } }),
    );
    expect(refusal()).toBe(
      [
        '<folder>/regime.json is not as it must be:',
        '  /calm/sigma is not below that of the turbulent state',
        '  /calm/initial and that of the turbulent state do not make one',
        '  /turbulent/toCalm and /toTurbulent beside it do not make one',
      ].join('\n'),
    );
  });

  it('is refused for two models of one number for one market', () => {
    put('a.json', exampleModel);
    put('b.json', sealed({ ...exampleModel, version: 'other-1' }));
    expect(refusal()).toBe(
      '<folder>/b.json is not as it must be:\n  /version other-1 for SPX 1d has the number of the model in a.json',
    );
  });

  it.each([
    ['no JSON', '{', /model\.json is not JSON/],
    ['another kind', '{"kind":"forest"}', /\/kind must be one of \["linear","gaussian-hmm"\]/],
    ['a list', '[]', /\/kind must be one of/],
  ])('is refused for %s', (_, text, told) => {
    put('model.json', text);
    expect(refusal()).toMatch(told);
  });

  it('is refused when it is not there', () => {
    rmSync(folder, { recursive: true });
    expect(refusal()).toMatch(/^<folder>, the folder of models, cannot be read.*ENOENT/s);
    folder = mkdtempSync(join(tmpdir(), 'tocsin-models-'));
  });
});
