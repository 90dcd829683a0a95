(() => {
  'use strict';
  // Before anything is drawn, so that a dark page does not flash.
  let kept = null;
  try { kept = localStorage.getItem('stress-theme'); } catch { /* not from every place */ }
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
