/* Keeps what is marked data-live="seconds" fresh while it moves: the page itself is fetched again and that part of it
 * put in the old one's place, unless somebody is at a button in it. Without this script a link does the same. */
(function () {
  "use strict";
  function again(live) {
    var seconds = live && Number(live.dataset.live);
    if (seconds) setTimeout(look, seconds * 1000);
  }
  function look() {
    var old = document.getElementById("live");
    if (document.hidden) { again(old); return; }
    fetch(location.href, { credentials: "same-origin", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (!fresh) return;
        if (old.contains(document.activeElement)) { again(old); return; }
        old.replaceWith(fresh);
        again(fresh);
      })
      .catch(function () { again(old); });
  }
  again(document.getElementById("live"));
})();
