/* Tables: one that is wider than its place scrolls by itself, by the keyboard too; the others keep their head in sight. */
(() => {
  const WIDE = "mk-table-scroll--wide";
  const look = () => {
    document.querySelectorAll(".mk-table-scroll:not([data-mk-wide])").forEach((frame) => {
      frame.classList.remove(WIDE);
      frame.removeAttribute("tabindex");
      frame.removeAttribute("role");
      frame.removeAttribute("aria-label");
      if (frame.firstElementChild.scrollWidth <= frame.clientWidth + 1) return;
      const caption = frame.querySelector("caption");
      frame.classList.add(WIDE);
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", caption ? caption.textContent.trim() : document.title);
    });
  };
  window.addEventListener("resize", look);
  window.addEventListener("load", look);
  document.addEventListener("htmx:after:swap", look);
  look();
})();
