import { createHash, randomUUID } from 'node:crypto';
import { Body, Controller, Param, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { policyProblems, type PolicyName, type RequestSimulation } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { Answer } from '../../reading/answer.ts';
import { Problem, type ProblemError } from '../../reading/problem.ts';
import { Simulations } from '../../reading/simulations.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import {
  asOf,
  described,
  integer,
  LEVEL,
  listOf,
  logPosition,
  moment,
  oneOf,
  orNull,
  record,
  text,
} from './answers.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { Read } from './endpoint.ts';
import { atLeast, moment as momentAsked, token } from './parameters.ts';
import { question, statement } from './question.ts';
import { requestFields } from './request-answers.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';

type BySimulation = { readonly id: string };
type Policy = RequestSimulation['data']['policy'];
type Wanted = {
  readonly policy: Policy;
  readonly quiet_hours?: Policy;
  readonly from: string;
  readonly to: string;
};

const bySimulation = question<BySimulation>({
  properties: { id: token('The id of the simulation.') },
  required: ['id'],
});
const wanted = statement<Wanted>({
  properties: {
    policy: {
      type: 'object',
      description: 'The routing policy that is asked about, as `GET /api/policies/routing` has it.',
    },
    quiet_hours: { type: 'object', description: 'The quiet hours that are asked about; those in force, unless said.' },
    from: momentAsked('From which moment of history on.'),
    to: momentAsked('Up to which moment.'),
  },
  required: ['policy', 'from', 'to'],
});

const counted = { channel_id: text, kind: text, level: LEVEL };
const simulationAnswer = record({
  ...asOf,
  ...{ simulation_id: text, tenant: text, status: oneOf('running', 'completed', 'failed'), from: moment, to: moment },
  ...{ requested_at: moment, ended_at: orNull(moment), because: orNull(text) },
  result: {
    ...record({
      episodes: described(integer, 'Episodes that were raised in that time.'),
      never_told: described(integer, 'Those of which nobody would have been told.'),
      simulated: described(integer, 'Messages that would have been sent.'),
      sent: described(integer, 'Messages that were intended in fact.'),
      counts: listOf(record({ ...counted, simulated: integer, sent: integer })),
      letters: described(
        listOf(record({ at: moment, ...counted, title: text, episodes: integer })),
        'The first of the messages that would have been sent.',
      ),
      letters_left_out: integer,
    }),
    type: ['object', 'null'],
  },
  provenance: record(logPosition),
});
const simulationRequestAnswer = record({
  ...requestFields,
  simulation_id: described(text, 'The simulation, under which `GET /api/simulations/{id}` tells what it came to.'),
});

/** What another policy would have sent over history, sending nothing. */
@ApiTags('policies')
@Controller('api/simulations')
export class SimulationController {
  constructor(
    private readonly simulations: Simulations,
    private readonly door: Door,
  ) {}

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: ':id',
    summary: 'What another policy would have sent, once that is known.',
    query: question<object>({ properties: { atLeast } }),
    params: bySimulation,
    answer: simulationAnswer,
    isOfTenant: true,
    problems: ['unknown-simulation'],
  })
  one(@Param() { id }: BySimulation, @AskedTenant() tenant: string): Promise<Answer> {
    return this.simulations.one(tenant, id);
  }

  @Ask({
    path: '',
    summary: 'Asks what another policy would have sent over a stretch of history. Nothing is sent.',
    body: wanted,
    answer: simulationRequestAnswer,
    isOfTenant: true,
  })
  request(
    @Body() said: Wanted,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const { policy, quiet_hours: quietHours = null, from, to } = said;
    const errors = [
      ...errorsIn('routing', policy, '/body/policy'),
      ...(quietHours === null ? [] : errorsIn('quiet-hours', quietHours, '/body/quiet_hours')),
    ];
    if (errors.length > 0) throw Problem.of('invalid-body', errors);
    const simulationId = idUnder(terms.key);
    const data = { simulationId, tenant, policy, quietHours, from: instant(from), to: instant(to) };
    const command = { type: 'RequestSimulation', data } as const;
    return this.door.ask({ command }, terms, reply, { simulation_id: simulationId });
  }
}

const errorsIn = (name: PolicyName, document: unknown, at: string): readonly ProblemError[] =>
  policyProblems(name, document).map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, detail: message }));

/** Whoever asks again under a key asks for the same simulation. */
const idUnder = (key: string | null): string =>
  key === null ? randomUUID() : createHash('sha256').update(`simulation|${key}`).digest('hex').slice(0, 32);
