/* The chat page's script. Without it every form below works by itself; with it nothing reloads, and what is said
 * while the network is away is kept and sent in order later. No library: docs/decisions/web-page-script.md. */
(function () {
  "use strict";
  var WORDS = "@words@"; /* the catalogue's texts by language: put in when the program starts */
  var QUEUE = "hurentong.queue", DRAFT = "hurentong.draft.";
  var POLL = 20000, SOON = [1500, 2500, 4000, 6000, 10000], RETRY = [1000, 2000, 3000, 5000, 8000], SLOW = 20000;
  /* White space as the server counts it (str.isspace of Python), so that both say the same number. */
  var SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  var $ = function (id) { return document.getElementById(id); };
  var body = document.body, log = $("log"), scroll = $("scroll");

  /* The page that hands out a link to another device. */
  if (!log) {
    var link = $("link"), copy = $("copy"), share = $("share");
    if (!link) return;
    if (navigator.clipboard) {
      copy.hidden = false;
      copy.onclick = function () {
        navigator.clipboard.writeText(link.value).then(function () { $("copied").textContent = copy.dataset.done; });
      };
    }
    if (navigator.share) {
      share.hidden = false;
      share.onclick = function () { navigator.share({ url: link.value }).catch(function () {}); };
    }
    link.onfocus = function () { link.select(); };
    return;
  }

  var words = WORDS[document.documentElement.lang], mark = body.dataset.mark;
  var held = []; /* entries with a file: too big to be kept beyond the page */
  var busy = false, failures = 0, timer = 0, poll = 0, soon = 0;

  /* --- what is kept in the browser; a private window may refuse, then it lasts as long as the page --- */
  var memory = {};
  function keep(name, value) {
    memory[name] = value;
    try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch (e) { /* memory has it */ }
  }
  function kept(name) {
    try { return localStorage.getItem(name) || ""; } catch (e) { return memory[name] || ""; }
  }
  function queue() {
    var all;
    try { all = JSON.parse(kept(QUEUE) || "[]"); } catch (e) { all = []; }
    return all.filter(function (each) { return each && each.mark === mark; }).concat(held);
  }
  function store(all) {
    held = all.filter(function (each) { return each.file; });
    var plain = all.filter(function (each) { return !each.file; });
    keep(QUEUE, plain.length ? JSON.stringify(plain) : "");
  }
  function without(id) { store(queue().filter(function (each) { return each.id !== id; })); }
  function name() {
    var raw = new Uint8Array(8);
    crypto.getRandomValues(raw);
    return Array.prototype.map.call(raw, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }

  /* --- bubbles --- */
  function element(tag, kind, text) {
    var made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text) made.textContent = text;
    return made;
  }
  function mine(id) { return log.querySelector('[data-post="' + id + '"]'); }
  function bubble(entry) {
    var message = element("div", "msg me"), inner = element("div", "bubble");
    message.dataset.post = entry.id;
    inner.appendChild(element("span", "off", words.you));
    inner.appendChild(element("p", "", entry.label));
    message.appendChild(inner);
    message.appendChild(element("small", "state"));
    log.appendChild(message);
    state(entry.id, navigator.onLine === false ? "queued" : "pending");
    return message;
  }
  function state(id, what) {
    var line = mine(id) && mine(id).querySelector(".state");
    if (!line) return;
    line.textContent = words[what];
    line.className = "state" + (what === "failed" ? " bad" : "");
    if (what !== "failed") return;
    [["retry", function () { failures = 0; fix(id, false); flush(); }],
     ["discard", function () { without(id); mine(id).remove(); flush(); }]].forEach(function (pair) {
      var button = element("button", "", words[pair[0]]);
      button.type = "button";
      button.onclick = pair[1];
      line.appendChild(button);
    });
  }
  function fix(id, failed) {
    store(queue().map(function (each) { if (each.id === id) each.failed = failed; return each; }));
    state(id, failed ? "failed" : "pending");
  }
  function dots(on) {
    var old = $("dots");
    if (old) old.remove();
    if (!on) return;
    var message = element("div", "msg bot"), inner = element("div", "bubble"), row = element("span", "dots");
    message.id = "dots";
    message.setAttribute("aria-hidden", "true");
    row.appendChild(element("i")); row.appendChild(element("i")); row.appendChild(element("i"));
    inner.appendChild(row); message.appendChild(inner); log.appendChild(message);
  }
  /* The container is reversed: 0 is the end of the conversation. */
  scroll.addEventListener("scroll", function () { $("down").hidden = nearEnd(); }, { passive: true });
  $("down").onclick = function () { toEnd(); $("text").focus({ preventScroll: true }); };
  function toEnd() { scroll.scrollTop = 0; }
  function nearEnd() { return scroll.scrollTop > -80; }

  /* --- taking in what the server says is new; where that fails, the page as the server draws it --- */
  function take(html) {
    try { add(new DOMParser().parseFromString(html, "text/html")); } catch (error) { location.reload(); throw error; }
  }
  function add(parsed) {
    var news = parsed.getElementById("news"), first = null, follow = nearEnd();
    if (news.lang !== document.documentElement.lang) { location.reload(); return; }
    Array.prototype.slice.call(news.children).forEach(function (fresh) {
      var old = $(fresh.id) || (fresh.dataset.post && mine(fresh.dataset.post));
      if (old) old.replaceWith(fresh);
      else log.appendChild(fresh);
      if (fresh.classList.contains("bot") && !first) first = fresh;
      if (fresh.dataset.post) without(fresh.dataset.post);
      if (fresh.querySelector(".choices") && fresh.dataset.kind !== "notice") retire(fresh);
      var change = fresh.querySelector(".edit");
      if (change) only(change);
    });
    queue().forEach(function (each) { var waiting = mine(each.id); if (waiting) log.appendChild(waiting); });
    $("progress").replaceWith(parsed.getElementById("progress"));
    dock(parsed.getElementById("say"));
    $("go").elements.csrf.value = $("say").elements.csrf.value;
    body.dataset.cursor = news.dataset.cursor;
    localise();
    dots(news.hasAttribute("data-waiting"));
    expect(news.hasAttribute("data-waiting"));
    if (first && follow) show(first);
  }
  /* Buttons of a question that no longer waits, and all but the newest "change" of an answer, go. */
  function retire(fresh) {
    Array.prototype.forEach.call(log.querySelectorAll(".choices, .fix"), function (each) {
      if (!fresh.contains(each) && each.closest(".msg").dataset.kind !== "notice") each.remove();
    });
  }
  function only(change) {
    Array.prototype.forEach.call(log.querySelectorAll(".edit"), function (each) {
      if (each !== change && each.value === change.value) each.remove();
    });
  }
  function show(first) {
    toEnd();
    if (first.offsetHeight > scroll.clientHeight - 40) first.scrollIntoView({ block: "start" });
  }
  function dock(fresh) {
    var old = $("say"), field = $("text"), typed = field.value, focused = document.activeElement === field;
    var same = old.dataset.subject === fresh.dataset.subject;
    if (same && typed) { old.elements.csrf.value = fresh.elements.csrf.value; return; }
    old.replaceWith(fresh);
    furnish(same ? typed : "");
    if (focused) $("text").focus({ preventScroll: true });
  }

  /* --- the field --- */
  function furnish(typed) {
    var form = $("say"), field = $("text"), keys = form.querySelector(".keys");
    field.value = typed || field.value || kept(DRAFT + mark + form.dataset.subject);
    field.addEventListener("input", function () {
      keep(DRAFT + mark + form.dataset.subject, field.value);
      count();
    });
    if (keys) {
      keys.hidden = false;
      var usual = field.inputMode;
      keys.onclick = function () {
        var plain = field.inputMode !== "text";
        field.inputMode = plain ? "text" : usual;
        keys.setAttribute("aria-pressed", String(plain));
        field.blur(); field.focus();
      };
    }
    form.onsubmit = function (event) {
      event.preventDefault();
      var picked = $("file") && $("file").files[0];
      if (!field.value.trim() && !picked) { field.focus(); return; }
      say({ text: field.value, label: picked ? picked.name + " " + field.value : field.value, file: picked || undefined });
      if (picked) $("file").value = "";
      field.value = "";
      keep(DRAFT + mark + form.dataset.subject, "");
      count();
      field.focus({ preventScroll: true });
    };
    count();
  }
  function count() {
    var limit = Number($("say").dataset.limit), line = $("count");
    if (!limit || !line) return;
    var used = Array.from($("text").value).filter(function (each) { return !SPACE.test(each); }).length;
    var over = used - limit;
    line.textContent = words.counter.replace("{used}", used).replace("{limit}", limit)
      + (over > 0 ? " · " + words.counter_over.replace("{over}", over) : "");
    line.classList.toggle("over", over > 0);
    $("text").setAttribute("aria-invalid", String(over > 0));
  }

  /* --- sending, one at a time and in order --- */
  function say(what) {
    var entry = { id: name(), mark: mark, label: what.label, text: what.text, press: what.press, file: what.file };
    store(queue().concat(entry));
    bubble(entry);
    toEnd();
    flush();
  }
  function flush() {
    clearTimeout(timer);
    var next = queue().filter(function (each) { return !each.failed; })[0];
    if (busy || !next) return;
    busy = true;
    dots(navigator.onLine !== false);
    toEndIfNear();
    send(next).then(function (done) {
      busy = false;
      if (done) { failures = 0; offline(false); later(); flush(); }
    }, function (error) {
      busy = false;
      dots(false);
      state(next.id, "queued");
      offline(!error.answered);
      timer = setTimeout(flush, RETRY[Math.min(failures++, RETRY.length - 1)]);
    });
  }
  function toEndIfNear() { if (nearEnd()) toEnd(); }
  function request(address, options, patience) {
    var control = window.AbortController ? new AbortController() : null;
    var limit = control && setTimeout(function () { control.abort(); }, patience || SLOW);
    options.headers = { "X-Chat": "1" };
    options.credentials = "same-origin";
    if (control) options.signal = control.signal;
    return fetch(address, options).then(function (answer) {
      return answer.text().then(function (text) { clearTimeout(limit); return { status: answer.status, text: text }; });
    }, function (error) { clearTimeout(limit); throw error; });
  }
  function fields(values) {
    var made = values.file ? new FormData() : new URLSearchParams();
    Object.keys(values).forEach(function (key) { if (values[key] !== undefined) made.append(key, values[key]); });
    return made;
  }
  /* True: done with this one. A rejection: try again later. */
  function send(entry, again) {
    var form = fields({ id: entry.id, text: entry.text, press: entry.press, file: entry.file, after: cursor(), csrf: $("say").elements.csrf.value });
    return request("/", { method: "POST", body: form }).then(function (answer) {
      if (answer.status === 200) {
        without(entry.id);
        take(answer.text);
        return true;
      }
      if (answer.status === 403 && !again) return renew().then(function () { return send(entry, true); });
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
        throw Object.assign(new Error("busy"), { answered: true });
      }
      dots(false);
      fix(entry.id, true);
      return true;
    });
  }
  /* The form's token belongs to a cookie; where that is another one now, so is the conversation. */
  function renew() {
    return request("/", { method: "GET" }).then(function (answer) {
      var parsed = new DOMParser().parseFromString(answer.text, "text/html");
      if (answer.status !== 200 || parsed.body.dataset.mark !== mark) { location.reload(); throw new Error("session"); }
      $("say").elements.csrf.value = $("go").elements.csrf.value = parsed.getElementById("say").elements.csrf.value;
    });
  }
  function cursor() {
    var heard = 0;
    Array.prototype.forEach.call(log.querySelectorAll('[id^="i"]'), function (each) {
      heard = Math.max(heard, Number(each.id.slice(1)) || 0);
    });
    return body.dataset.cursor + "." + heard;
  }
  function offline(is) {
    var line = $("offline");
    line.textContent = words.offline;
    line.hidden = !is;
  }

  /* --- what arrives by itself: asked for while somebody is looking --- */
  function fetchNews() {
    if (document.hidden || busy) return later();
    request("/news?after=" + cursor(), { method: "GET" }).then(function (answer) {
      if (answer.status === 200 && !busy) take(answer.text);
      if (navigator.onLine !== false && !queue().length) offline(false);
      later();
    }, later);
  }
  /* Something is on its way: ask sooner than usual for a while. */
  function expect(something) {
    if (!something) soon = SOON.length;
    else if (soon >= SOON.length) soon = 0;
  }
  function later() {
    clearTimeout(poll);
    poll = setTimeout(fetchNews, soon < SOON.length ? SOON[soon++] : POLL);
  }
  function localise() {
    Array.prototype.forEach.call(log.querySelectorAll("time[datetime]"), function (each) {
      var at = new Date(each.getAttribute("datetime"));
      each.textContent = at.toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
      each.removeAttribute("datetime");
    });
  }

  document.addEventListener("click", function (event) {
    var menu = document.querySelector(".menu");
    var button = event.target.closest ? event.target.closest('button[form="go"]') : null;
    if (button) {
      event.preventDefault();
      say({ text: button.name === "text" ? button.value : undefined, press: button.name === "press" ? button.value : undefined,
            label: button.getAttribute("aria-label") || button.textContent.trim() });
      var group = button.closest(".choices"), byKeyboard = button.matches(":focus-visible");
      if (group) group.remove();
      /* The pressed button is gone: the keyboard's place moves on; a finger wants no on-screen keyboard. */
      if (byKeyboard) $("text").focus({ preventScroll: true });
    }
    if (menu.open && (button || !menu.contains(event.target))) menu.open = false;
  });
  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector(".menu");
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") $("say").requestSubmit();
  });
  window.addEventListener("online", function () { failures = 0; offline(false); flush(); fetchNews(); });
  window.addEventListener("offline", function () { offline(true); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { fetchNews(); flush(); } });
  /* Another tab has sent what this one still shows as waiting, or the other way round. */
  window.addEventListener("storage", function (event) { if (event.key === QUEUE) fetchNews(); });

  furnish("");
  localise();
  queue().forEach(function (entry) {
    if (mine(entry.id)) { without(entry.id); return; }
    bubble(entry);
    if (entry.failed) state(entry.id, "failed");
  });
  if (navigator.onLine === false) offline(true);
  soon = body.hasAttribute("data-waiting") ? 0 : SOON.length;
  later();
  flush();
})();
