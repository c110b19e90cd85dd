import type { Reply } from '../../src/protocol/engine';
import type { EngineClient } from '../../src/protocol/engineClient';
import type { Measurement, Measurements } from '../../src/protocol/measurements';

/** Asks an engine for one measurement. */
export async function measured<Name extends Measurement>(
  client: EngineClient,
  name: Name,
  question: Measurements[Name]['question'],
): Promise<Reply<Measurements[Name]['answer']>> {
  const reply = await client.ask('measure', { questions: { [name]: question } });
  return 'err' in reply ? reply : (reply.ok[name] as Reply<Measurements[Name]['answer']>);
}
