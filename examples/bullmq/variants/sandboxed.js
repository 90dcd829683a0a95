import { connect } from '../connection.js';
import { Effects } from '../effects.js';
import { render } from './report.js';

const effects = new Effects(connect(), 'stalled-sandboxed');

export default async function (job) {
  render(job);
  await effects.add(job);
}
