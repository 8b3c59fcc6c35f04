import { assert, isRefusal, type Instant } from '@tocsin/domain-kit';
import type { FeedRefusal } from '../src/domain/feed.decider.ts';
import { calendars, decider } from './feed-words.ts';
import type { FeedCommand } from '../src/domain/feed.commands.ts';
import { evaluateAt, type Feed, type FeedEvent } from '../src/domain/feed.ts';

/** One feed on a timeline: its deadlines pass in order between the commands, as the runtime lets them. */
export class FeedTimeline {
  readonly said: FeedEvent[] = [];
  readonly refused: FeedRefusal[] = [];
  deadlinesPassed = 0;
  #feed: Feed = decider.initialState();

  get feed(): Feed {
    return this.#feed;
  }

  /** Lets every deadline before the command pass, then decides it; returns what the command itself said. */
  hear(command: FeedCommand): readonly FeedEvent[] {
    this.passUntil(command.data.at);
    return this.#decide(command);
  }

  /** Lets the deadlines before `until` pass, in order. */
  passUntil(until: Instant): void {
    for (let due = evaluateAt(this.#feed, calendars); due !== null && due < until; due = this.#next(due)) {
      const facts = this.#decide({ type: 'PassDeadline', data: { at: due } });
      assert(facts.length > 0, `the deadline of ${due} has something to say`);
      this.deadlinesPassed += 1;
    }
  }

  #next(passed: Instant): Instant | null {
    const due = evaluateAt(this.#feed, calendars);
    assert(due === null || due > passed, `the deadline after ${passed} is later`);
    return due;
  }

  #decide(command: FeedCommand): readonly FeedEvent[] {
    const outcome = decider.decide(command, this.#feed);
    if (isRefusal(outcome)) {
      this.refused.push(outcome.refused);
      return [];
    }
    for (const fact of outcome) {
      this.#feed = decider.evolve(this.#feed, fact);
      this.said.push(fact);
    }
    return outcome;
  }
}
