// All works without this: it compares when two are chosen, filters at once, moves by keys, and shows new runs as they come.
(() => {
  'use strict';
  const every = 3000; // ms
  let last = '';
  const $ = (s, of = document) => of.querySelector(s);
  const ticks = () => [...document.querySelectorAll('input[name="run"]')];
  const chosen = () => ticks().filter((t) => t.checked);
  const refresh = () => {
    const n = chosen().length;
    const button = $('#compare');
    button.disabled = n !== 2;
    button.textContent = n === 2 ? 'Compare these two' : n === 1 ? 'Choose one more' : 'Choose two to compare';
    for (const t of ticks()) t.disabled = n >= 2 && !t.checked;
  };
  document.addEventListener('change', (e) => {
    if (e.target.matches('#filters select')) $('#filters').submit();
    if (e.target.matches('input[name="run"]')) refresh();
  });
  const rows = () => [...document.querySelectorAll('.runs tbody tr')];
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches('select')) return;
    const all = rows();
    const now = all.indexOf(document.activeElement.closest('tr'));
    const to = { j: Math.min(now + 1, all.length - 1), k: Math.max(now - 1, 0) }[e.key];
    if (to !== undefined && all[to]) { $('.what a', all[to]).focus(); e.preventDefault(); }
    if (e.key === 'x' && now >= 0) $('input', all[now])?.click();
    if (e.key === 'c' && chosen().length === 2) $('#chosen').requestSubmit();
  });
  const update = async () => {
    if (document.hidden) return;
    let text;
    try {
      const answer = await fetch(location.href, { cache: 'no-cache', headers: { accept: 'text/html' } });
      if (!answer.ok) return;
      text = await answer.text();
    } catch { return; } // the server has gone, or comes back
    if (text === last) return;
    last = text;
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const kept = new Set(chosen().map((t) => t.value));
    const known = new Set(rows().map((r) => r.dataset.run));
    const focused = document.activeElement.closest('.runs tr')?.dataset.run;
    for (const part of ['#runs', '.pages', 'h1']) {
      const old = $(part), come = $(part, fresh);
      if (old && come) old.replaceWith(come);
    }
    for (const t of ticks()) t.checked = kept.has(t.value);
    for (const r of rows()) {
      if (!known.has(r.dataset.run)) r.classList.add('fresh');
      if (focused && r.dataset.run === focused) $('.what a', r).focus({ preventScroll: true });
    }
    refresh();
  };
  refresh();
  const again = async () => {
    const begun = performance.now();
    await update();
    setTimeout(again, Math.max(every, 20 * (performance.now() - begun))); // a folder of very many runs is asked for rarely
  };
  setTimeout(again, every);
})();
