// Keys, buttons, theme.

const typing = (e) => e.target.matches?.('input, select, textarea');

const keys = {
  ArrowLeft: () => pan(-0.15), ArrowRight: () => pan(0.15),
  '+': () => zoom(0.7), '=': () => zoom(0.7), '-': () => zoom(1 / 0.7), '0': () => glide(extent.from, extent.to),
  n: () => nextAnomaly(1), p: () => nextAnomaly(-1), '[': () => step(-1), ']': () => step(1),
  '/': () => focusOn('search'), f: () => focusOn('by-object'), d: dim, o: toggleOrder, t: toggleTheme, '?': help,
};

function focusOn(id) {
  $(id).focus();
  $(id).select?.();
}

function key(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || $('help').open) return;
  if (e.key === 'Escape') return letGo(e);
  if (typing(e)) return;
  if (e.target === $('lanes') && { ArrowUp: 1, ArrowDown: 1 }[e.key]) {
    e.preventDefault();
    return scrollLanes((e.key === 'ArrowDown' ? 1 : -1) * size.lane * 2);
  }
  const act = keys[e.key];
  // Without operations there is nothing to pan.
  if (!act || !ops.n && act !== help && act !== toggleTheme) return;
  if (e.target.closest?.('#orders') && e.key.startsWith('Arrow')) return;
  e.preventDefault();
  act();
}

/** letGo gives up one thing at a time: a field, the selection, the filters. */
function letGo(e) {
  if (typing(e)) {
    if (e.target.id === 'search') { e.target.value = ''; search(''); }
    e.target.blur();
    $('lanes')?.focus({ preventScroll: true });
  } else if (seen.selected >= 0) select(-1);
  else if (ops.n && !lanes.all) noFilter();
}

function dim() {
  seen.dim = !seen.dim;
  $('lit').setAttribute('aria-pressed', seen.dim);
  redraw();
}

function toggleOrder() {
  if (!orders.length) return;
  seen.order = !seen.order;
  $('in-order').setAttribute('aria-pressed', seen.order);
  redraw();
}

function help() {
  $('help').showModal();
}

function toggleTheme() {
  const dark = document.documentElement.dataset.theme !== 'dark';
  applyTheme(dark);
  try { localStorage.setItem('stress-theme', dark ? 'dark' : 'light'); } catch { /* not from every place */ }
}

function applyTheme(dark) {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  readColours();
  mixShades();
  hatches.clear();
  overviewCache = null;
  plots.forEach((p) => p.redraw(false));
  if (ops.n) redraw();
}

function controls() {
  const on = (id, act) => $(id)?.addEventListener('click', act);
  on('theme', toggleTheme);
  on('help-open', help);
  on('zoom-in', () => zoom(0.6));
  on('zoom-out', () => zoom(1 / 0.6));
  on('fit', () => glide(extent.from, extent.to));
  on('jump', () => nextAnomaly(1));
  on('lit', dim);
  on('in-order', toggleOrder);
  document.addEventListener('keydown', key);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (e) => applyTheme(e.matches));
  let theme = '';
  addEventListener('beforeprint', () => { theme = document.documentElement.dataset.theme; applyTheme(false); if (ops.n) paint(); });
  addEventListener('afterprint', () => applyTheme(theme === 'dark'));
}
