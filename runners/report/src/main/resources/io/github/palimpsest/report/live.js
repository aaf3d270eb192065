
// Receives the state of a running grid from the page's own server and puts it in place.
(function () {
  const pairs = (old, fresh, selector, action) => {
    const before = old.querySelectorAll(selector);
    fresh.querySelectorAll(selector).forEach((e, i) => { if (before[i]) { action(before[i], e); } });
  };

  // what the reader opened, scrolled and points at stays as it is
  function put(id, html) {
    const old = document.getElementById(id);
    const template = document.createElement('template');
    template.innerHTML = html;
    const fresh = template.content.firstElementChild;
    if (!old || !fresh) { return; }
    pairs(old, fresh, '.chart', (a, b) => b.replaceWith(a));
    pairs(old, fresh, 'details', (a, b) => { b.open = a.open; });
    const scrolled = Array.from(old.querySelectorAll('.scroll')).map((e) => [e.scrollLeft, e.scrollTop]);
    const focused = Array.from(old.querySelectorAll('[tabindex], summary')).indexOf(document.activeElement);
    old.replaceWith(fresh);
    fresh.querySelectorAll('.scroll').forEach((e, i) => {
      if (scrolled[i]) { e.scrollLeft = scrolled[i][0]; e.scrollTop = scrolled[i][1]; }
    });
    const target = focused < 0 ? null : fresh.querySelectorAll('[tabindex], summary')[focused];
    if (target) { target.focus({ preventScroll: true }); }
  }

  const known = new Map();
  const events = new EventSource('events');
  events.addEventListener('grid', (event) => {
    const state = JSON.parse(event.data);
    document.title = state.title;
    Object.entries(state.parts).forEach(([id, html]) => {
      if (known.get(id) !== html) { known.set(id, html); put(id, html); }
    });
    window.palimpsest.renew(state.figures);
  });
  events.addEventListener('error', () => {
    const head = document.querySelector('#live-head [role="status"]');
    if (head) {
      head.textContent = 'No connection to palimpsest watch --web. The page shows the last state that it received.';
      head.classList.add('lost');
      known.delete('live-head');
    }
  });
})();
