import { Chance } from './chance.ts';
import { burn } from './burn.ts';
import { readFlags } from './flags.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { scale, seed, sabotage } = readFlags(process.argv.slice(2));
say(`The plan has seed ${seed}: --seed ${seed} plans the same again.`);
const { report, findings } = await burn({ scale, chance: new Chance(seed), sabotage, say });
for (const finding of findings) say(`VIOLATED: ${finding}`);
say(JSON.stringify(report));
process.exitCode = report.ok ? 0 : 1;
