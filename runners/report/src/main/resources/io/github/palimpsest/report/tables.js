// Makes tables sort, filter and turn pages, and buttons copy. Rows that are not shown are not part
// of the document, so that a table of thousands of rows is laid out as fast as a small one.
'use strict';
(function () {
  const count = (n) => n.toLocaleString('en-GB');

  function element(tag, attributes, text) {
    const e = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => e.setAttribute(name, value));
    e.textContent = text || '';
    return e;
  }

  class Table {
    constructor(table) {
      this.body = table.tBodies[0];
      this.heads = Array.from(table.tHead.rows[0].cells);
      this.page = Number(table.dataset.page);
      this.first = 0;
      this.all = false;
      const more = document.getElementById(table.id + '-more');
      this.rows = Array.from(this.body.rows).concat(more ? Array.from(more.content.children) : []);
      this.matching = this.rows;
      this.texts = null;
      this.count = document.getElementById(table.id + '-count');
      this.heads.forEach((head, i) => head.querySelector('button')
        .addEventListener('click', () => this.sort(head, i)));
      const filter = document.querySelector('[data-filters="' + table.id + '"]');
      if (filter) { filter.addEventListener('input', () => this.filter(filter.value)); }
      if (this.rows.length > this.page) { this.pages(table); }
    }

    // the buttons that turn pages; only where one page does not hold all rows
    pages(table) {
      const name = table.caption.textContent;
      const button = (text, act) => {
        const b = element('button', { type: 'button', class: 'button', 'aria-controls': table.id }, text);
        b.addEventListener('click', act);
        return b;
      };
      this.before = button('Previous rows', () => this.turn(this.first - this.page));
      this.after = button('Next rows', () => this.turn(this.first + this.page));
      this.every = button('Show all rows', () => { this.all = !this.all; this.turn(0); });
      this.place = element('span', { role: 'status' });
      const bar = element('div', { class: 'tools', role: 'group', 'aria-label': 'Rows of: ' + name });
      bar.append(this.before, this.after, this.every, this.place);
      table.parentElement.before(bar);
      this.show();
    }

    turn(first) {
      this.first = Math.max(0, first);
      this.show();
    }

    show() {
      const end = this.all ? this.matching.length : Math.min(this.first + this.page, this.matching.length);
      this.body.replaceChildren(...this.matching.slice(this.all ? 0 : this.first, end));
      if (!this.place) { return; }
      this.before.disabled = this.all || this.first === 0;
      this.after.disabled = this.all || end >= this.matching.length;
      this.every.textContent = this.all ? 'Show rows in pages' : 'Show all rows';
      this.every.disabled = !this.all && this.matching.length <= this.page;
      this.place.textContent = this.matching.length === 0 ? 'No row'
        : 'Rows ' + count(this.all ? 1 : this.first + 1) + ' to ' + count(end) + ' of '
          + count(this.matching.length);
    }

    sort(head, i) {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      this.heads.forEach((h) => h.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const numeric = head.classList.contains('n');
      const text = (row) => {
        const cell = row.cells[i];
        return cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent;
      };
      const key = (row) => (!numeric ? text(row) : text(row) === '' ? NaN : Number(text(row)));
      const words = new Intl.Collator('en');
      const order = (a, b) => {
        if (!numeric) { return words.compare(a.key, b.key) * (up ? 1 : -1); }
        if (Number.isNaN(a.key) || Number.isNaN(b.key)) {
          return Number.isNaN(a.key) - Number.isNaN(b.key);
        }
        return (a.key - b.key) * (up ? 1 : -1);
      };
      const sorted = (rows) => rows.map((r) => ({ row: r, key: key(r) })).sort(order).map((k) => k.row);
      const matching = new Set(this.matching);
      this.rows = sorted(this.rows);
      this.texts = null;
      this.matching = this.rows.filter((r) => matching.has(r));
      this.turn(0);
    }

    filter(text) {
      const words = text.toLowerCase().split(/\s+/).filter((w) => w);
      this.texts = this.texts || this.rows.map((r) => r.textContent.toLowerCase());
      this.matching = this.rows.filter((r, i) => words.every((w) => this.texts[i].includes(w)));
      this.turn(0);
      this.count.textContent = count(this.matching.length) + ' of ' + count(this.rows.length) + ' shown';
    }
  }

  document.querySelectorAll('table[data-sortable]').forEach((table) => new Table(table));

  // a matrix that is wider than its frame can be scrolled by the keyboard; others are no tab stop
  const framed = new ResizeObserver((entries) => entries.forEach((e) => {
    const target = e.target.parentElement;
    if (target.scrollWidth > target.clientWidth) {
      target.setAttribute('tabindex', '0');
      target.setAttribute('role', 'group');
      target.setAttribute('aria-label', target.querySelector('caption').textContent);
    } else {
      ['tabindex', 'role', 'aria-label'].forEach((name) => target.removeAttribute(name));
    }
  }));
  document.querySelectorAll('.map > table').forEach((table) => framed.observe(table));

  // copies a text and says so; a page from disk may have no clipboard, then it selects and copies
  const copy = (button, text, source) => {
    const name = button.textContent;
    if (name === 'Copied') { return; }
    const label = button.getAttribute('aria-label');
    const done = () => {
      button.textContent = 'Copied';
      if (label) { button.setAttribute('aria-label', 'Copied'); }
      setTimeout(() => {
        button.textContent = name;
        if (label) { button.setAttribute('aria-label', label); }
      }, 1500);
    };
    const select = () => {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand('copy');
      done();
    };
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, select); } else { select(); }
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest ? event.target.closest('[data-copy]') : null;
    if (button) {
      const source = document.getElementById(button.dataset.copy);
      copy(button, source.textContent, source);
    }
  });
  window.palimpsest.element = element;
})();
