// What the reader of `browsing.py` does inside a page.
({
  // Hooks every function that a payload calls. Links lead nowhere unless they run something, and the
  // theme's search form is not sent; a form that a payload brought along is.
  alarm() {
    let left = 50;  // some payloads run for ever
    const tell = (how, what) => {
      if (left-- > 0) try { window.__tell(how, String(what).slice(0, 200), location.href) } catch {}
    };
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'find'])
      window[name] = (...all) => { tell(name, all.join(' ')); return null };
    for (const name of ['write', 'writeln'])
      document[name] = (...all) => { tell('document.' + name, all.join(' ')) };
    window.addEventListener('click', event => {
      const link = event.target.closest?.('a[href], area[href]');
      if (link && !/^\s*(javascript|data|vbscript):/i.test(link.href.baseVal ?? link.href))
        event.preventDefault();
    }, true);
    window.addEventListener('submit', event => {
      if (event.target.matches?.('.md-search__form')) event.preventDefault();
    }, true);
  },

  // Sends events to each of some elements, focuses it and clicks it; tells how many there were, and
  // where a few links are. An element can handle the rarer events only by an attribute, so only those
  // with an uncommon one get them all.
  async touch(where) {
    const rare = ['mouseenter', 'mousemove', 'mousedown', 'mouseup', 'mouseout', 'mouseleave',
      'pointerover', 'pointerenter', 'pointerup', 'pointermove', 'dblclick', 'contextmenu',
      'auxclick', 'focusin', 'blur', 'focusout', 'keydown', 'keyup', 'keypress', 'input', 'change',
      'wheel', 'scroll', 'copy', 'cut', 'paste', 'drag', 'dragstart', 'dragover', 'drop',
      'touchstart', 'touchend', 'animationstart', 'animationend', 'transitionend', 'toggle',
      'beforetoggle', 'select', 'selectstart', 'load', 'error', 'begin', 'end', 'submit', 'reset',
      'invalid', 'hashchange', 'resize', 'pageshow', 'start', 'finish', 'bounce'];
    const all = [...document.querySelectorAll(where)];
    const plain = new CSSStyleSheet();  // an outline has the whole page laid out anew
    plain.replaceSync('* {outline: none !important}');
    document.adoptedStyleSheets.push(plain);
    for (const element of all) {
      const odd = [...element.attributes].some(each => !this.common(each));
      for (const kind of ['mouseover', 'focus', 'pointerdown', ...(odd ? rare : [])])
        element.dispatchEvent(new Event(kind, {cancelable: true}));
      if (odd || element.tabIndex >= 0) element.focus?.({preventScroll: true});
      if (element.matches('label, input')) continue;  // these would open the theme's drawers
      if (element.click) element.click();
      else element.dispatchEvent(new MouseEvent('click', {cancelable: true}));
    }
    document.adoptedStyleSheets.pop();
    await new Promise(done => setTimeout(done, 30));
    const links = [...document.querySelectorAll('.md-content a[href]')].slice(0, 30)
      .map(each => each.getBoundingClientRect())
      .filter(({top, width}) => width && top > 60 && top < innerHeight - 10).slice(0, 3)
      .map(({left, top}) => [left + 3, top + 3]);
    return {count: all.length, links};
  },

  common({name, value}) {
    if (name === 'style') return /^text-align: (left|right|center);$/.test(value);
    return /^(class|id|href|title|lang|dir|for|type|align|start|alt|src|datetime|colspan|rowspan|scope|role|rel|tabindex|open|name|placeholder|(data|aria)-.*)$/
      .test(name);
  },

  // Names what stands in a page that could run later or load something, whether or not it has.
  leftovers(harmless) {
    const found = new Set();
    const addresses = /^(href|src|action|formaction|data|xlink:href|srcset|poster|background|srcdoc)$/;
    for (const element of document.querySelectorAll('*')) {
      // The theme marks a word that is searched for twice inside its own mark: `<mark><ma</mark>`.
      const marked = /^m(a(rk?)?)?</.test(element.localName) && element.closest('.md-search-result');
      const written = element.closest('.md-content, .md-nav, .md-tabs, .md-header__title, title, '
        + '.md-footer, .md-search-result');
      if (written && !marked && !harmless.includes(element.localName)) found.add(`a ${element.localName}`);
      for (const {name, value} of element.attributes) {
        const leads = addresses.test(name)
          && !/^[\s\u0000-\u0020]*((https?|mailto|tel):|(?![\\/]{2})(?![a-z][a-z0-9+.-]*:))/i.test(value);
        const unlisted = element.closest('.md-content') && !element.closest('svg')
          && (!this.common({name, value}) || name === 'id' && /^__(?!code_)/.test(value));
        if (name.startsWith('on') || leads || unlisted)
          found.add(`${element.localName} has ${name}=${value}`);
      }
      if (element.matches('base:not([href="."]), object, embed, frame, meta[http-equiv=refresh]'))
        found.add(`a ${element.localName}`);
    }
    return [...found].slice(0, 20);
  },

  // Opens all that a search has found, down to the last entry, and tells how many there are.
  async results() {
    const frame = document.querySelector('.md-search__scrollwrap');
    const entries = () => document.querySelectorAll('.md-search-result__item').length;
    for (let before = -1, still = 0; still < 4; still = entries() > before ? 0 : still + 1) {
      before = entries();
      frame.scrollTop = frame.scrollHeight;
      await new Promise(done => setTimeout(done, 60));
    }
    document.querySelectorAll('.md-search-result details').forEach(each => { each.open = true });
    return document.querySelectorAll('.md-search-result__link').length;
  },
})
