import { attend } from './attend.ts';
import { burn } from './burn.ts';
import { Chance } from './chance.ts';
import { readFlags } from './flags.ts';
import { countByKind, type Report } from './report.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { scale, seed, sabotage } = readFlags(process.argv.slice(2));
say(`The plan has seed ${seed}: --seed ${seed} plans the same again.`);
const { report, findings } = await burn({ scale, chance: new Chance(seed), sabotage, say });
const whole = sabotage === null ? await withPerson(report, findings) : { report, findings };
for (const finding of whole.findings) say(`VIOLATED: ${finding}`);
say(JSON.stringify(whole.report));
process.exitCode = whole.report.ok ? 0 : 1;

/** Adds the faults that need a person, which are counted apart. */
async function withPerson(report: Report, findings: readonly string[]) {
  say('Faults that need a person:');
  const attended = await attend(scale.rounds, say);
  return {
    report: {
      ...report,
      ok: report.ok && attended.findings.length === 0,
      faults: { ...report.faults, ...countByKind(attended.kinds) },
      halted: attended.halted,
      repaired: attended.repaired,
    },
    findings: [...findings, ...attended.findings],
  };
}
