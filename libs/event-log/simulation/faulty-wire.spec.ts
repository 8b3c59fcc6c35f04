import { FaultyWire, type WireEnd } from './faulty-wire.ts';
import { Lottery } from './lottery.ts';
import { Reached } from './reached.ts';
import { VirtualTime } from './virtual-time.ts';
import { fineWeather, type Weather } from './weather.ts';

/** A process that may die or stand still, at the end of a wire in some weather. */
class Scene {
  readonly time = new VirtualTime();
  readonly weather: Weather = fineWeather();
  readonly reached = new Reached();
  readonly end = { isDead: false, held: [] as (() => void)[], isPaused: false };
  readonly wire: FaultyWire;

  constructor(seed = 1) {
    const { end } = this;
    const wireEnd: WireEnd = {
      get isDead() {
        return end.isDead;
      },
      kill: () => {
        end.isDead = true;
      },
      whenAwake: (call) => {
        if (end.isDead) return;
        if (end.isPaused) end.held.push(call);
        else call();
      },
    };
    this.wire = new FaultyWire(this.time, new Lottery(seed), this.weather, wireEnd, this.reached);
  }

  pass(ms = 10_000): Promise<void> {
    return this.time.run(this.time.monotonicMs() + ms, () => undefined);
  }

  /** Asks, and says what became of it: the answer, the error's code, or nothing at all. */
  ask(what = 'read lane') {
    const asked = { effects: 0, answer: 'none' };
    this.wire
      .call(what, () => {
        asked.effects += 1;
        return 'answered';
      })
      .then(
        (answer) => {
          asked.answer = answer;
        },
        (error: unknown) => {
          asked.answer = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        },
      );
    return asked;
  }
}

describe('a faulty wire', () => {
  it('carries calls there and back on a fine day, and takes its time', async () => {
    const scene = new Scene();
    const asked = scene.ask();
    expect(asked).toEqual({ effects: 0, answer: 'none' });
    await scene.pass();
    expect(asked).toEqual({ effects: 1, answer: 'answered' });
  });

  it('lets nothing through while it is cut, and says so after the patience of a client', async () => {
    const scene = new Scene();
    scene.wire.cut();
    const asked = scene.ask();
    let pushed = 0;
    scene.wire.push('acknowledgement', () => {
      pushed += 1;
    });
    await scene.pass(2_900);
    expect(asked).toEqual({ effects: 0, answer: 'none' });
    await scene.pass();
    expect(asked).toEqual({ effects: 0, answer: '08006' });
    scene.wire.mend();
    const again = scene.ask();
    await scene.pass();
    expect(again.answer).toBe('answered');
    expect(pushed).toBe(1);
  });

  it('loses what was under way when it was cut: the effect may have happened, its answer never comes', async () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const scene = new Scene(seed);
      const asked = scene.ask('COMMIT');
      let [sent, pushed] = [0, 0];
      scene.wire.send(() => {
        sent += 1;
      });
      scene.wire.push('message', () => {
        pushed += 1;
      });
      scene.time.after(0.05, () => {
        scene.wire.cut();
        scene.wire.mend();
      });
      await scene.pass();
      expect({ asked, sent, pushed }).toEqual({ asked: { effects: 0, answer: '08006' }, sent: 0, pushed: 0 });
    }
  });

  it('keeps the order of what is sent and of what is pushed', async () => {
    const scene = new Scene();
    scene.weather.latencyMs = 400;
    const [sent, pushed]: [number[], number[]] = [[], []];
    for (let number = 1; number <= 40; number += 1) {
      scene.wire.send(() => sent.push(number));
      scene.wire.push('message', () => pushed.push(number));
      await scene.pass(5);
    }
    await scene.pass();
    const inOrder = Array.from({ length: 40 }, (_, index) => index + 1);
    expect({ sent, pushed }).toEqual({ sent: inOrder, pushed: inOrder });
  });

  it('says nothing to a dead process, and sends nothing of it', async () => {
    const scene = new Scene();
    const asked = scene.ask();
    let heard = 0;
    scene.wire.push('message', () => {
      heard += 1;
    });
    scene.end.isDead = true;
    scene.wire.send(() => {
      heard += 1;
    });
    await scene.pass();
    expect({ answer: asked.answer, heard }).toEqual({ answer: 'none', heard: 0 });
  });

  it('keeps for a process that stands still what it is told meanwhile', async () => {
    const scene = new Scene();
    const asked = scene.ask();
    scene.end.isPaused = true;
    await scene.pass();
    expect(asked).toEqual({ effects: 1, answer: 'none' });
    scene.end.isPaused = false;
    for (const call of scene.end.held) call();
    await scene.pass();
    expect(asked.answer).toBe('answered');
  });

  it('kills a process before a call has an effect as well as after it', async () => {
    const effects = new Set<number>();
    for (let seed = 1; seed <= 60; seed += 1) {
      const scene = new Scene(seed);
      scene.weather.crashPerCall = 0.5;
      const asked = scene.ask('COMMIT');
      await scene.pass();
      if (!scene.end.isDead) continue;
      expect(asked.answer).toBe('none');
      effects.add(asked.effects);
    }
    expect(effects).toEqual(new Set([0, 1]));
  });

  it('tells of a conflict before anything happens, and of a lost answer after it has', async () => {
    const scene = new Scene();
    scene.weather.conflictPerCall = 1;
    const conflicting = scene.ask();
    await scene.pass();
    expect(conflicting).toEqual({ effects: 0, answer: '40001' });
    scene.weather.conflictPerCall = 0;
    scene.weather.answerLostPerCall = 1;
    const unanswered = scene.ask('COMMIT');
    await scene.pass();
    expect(unanswered).toEqual({ effects: 1, answer: '08006' });
    expect(scene.reached.counts.get('no answer to COMMIT')).toBe(1);
  });

  it('loses, doubles and delays acknowledgements, and never messages', async () => {
    const scene = new Scene();
    Object.assign(scene.weather, { acknowledgementLost: 1 });
    let [acknowledged, heard] = [0, 0];
    const push = () => {
      scene.wire.push('acknowledgement', () => {
        acknowledged += 1;
      });
      scene.wire.push('message', () => {
        heard += 1;
      });
    };
    push();
    await scene.pass();
    expect([acknowledged, heard]).toEqual([0, 1]);
    Object.assign(scene.weather, { acknowledgementLost: 0, acknowledgementDoubled: 1 });
    push();
    await scene.pass();
    expect([acknowledged, heard]).toEqual([2, 2]);
  });
});
