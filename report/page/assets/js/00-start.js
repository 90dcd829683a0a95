// Small things that all others use. What comes from a run becomes text nodes and drawn text only, never markup.

const $ = (id) => document.getElementById(id);
const facts = JSON.parse($('facts').textContent);

/** el makes an element with properties, attributes (aria-*, data-*, role, class) and children; strings become text. */
function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.includes('-')) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const svgSpace = 'http://www.w3.org/2000/svg';

/** svg makes an element of a drawing. */
function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const count = (n) => n.toLocaleString('en-US');
const things = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** time writes a moment or a duration in ns, with enough digits to tell moments apart that are `step` apart. */
function time(ns, step = ns / 1000) {
  if (facts.untimed) return `event ${count(Math.round(ns))}`;
  const size = Math.max(Math.abs(ns), Math.abs(step));
  const [unit, name] = size >= 1e9 ? [1e9, 's'] : size >= 1e6 ? [1e6, 'ms'] : size >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(Math.abs(step || 1) / unit) - 1e-9)));
  const text = (ns / unit).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text.replace(/^-(?=[0.]+$)/, '')} ${name}`;
}

/** duration writes a duration in ns with three digits that count. */
function duration(ns) {
  if (facts.untimed) return things(Math.round(ns), 'event');
  const [unit, name] = ns >= 1e9 ? [1e9, 's'] : ns >= 1e6 ? [1e6, 'ms'] : ns >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  return `${+(ns / unit).toPrecision(3)} ${name}`;
}

/** pause lets the browser draw and answer between parts of long work. */
const pause = () => new Promise((go) => { const c = new MessageChannel(); c.port1.onmessage = go; c.port2.postMessage(0); });

/** idle waits until the browser has nothing more urgent to do. */
const idle = () => new Promise((go) => { if (window.requestIdleCallback) requestIdleCallback(go, { timeout: 500 }); else setTimeout(go, 30); });

const clamp = (v, low, high) => Math.max(low, Math.min(high, v));

const OK = 0, FAILED = 1, UNKNOWN = 2;
const outcomes = ['ok', 'failed', 'unknown'];
const phases = ['main', 'warm-up', 'final'];

/** colours are the style's, read again when the theme changes. */
let colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['paper', 'card', 'ink', 'soft', 'faint', 'line', 'hover', 'ok', 'failed', 'unknown', 'anomaly', 'order', 'focus']) {
    colours[name] = style.getPropertyValue(`--${name}`).trim();
  }
  colours.outcome = [colours.ok, colours.failed, colours.unknown];
  colours.mono = style.getPropertyValue('--mono');
  colours.sans = style.getPropertyValue('--sans');
}

/** rgb takes a colour of the style apart. */
function rgb(hex) {
  const h = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join('') : hex.slice(1);
  return [0, 2, 4].map((i) => parseInt(h.slice(i, i + 2), 16));
}
