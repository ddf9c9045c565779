/* Forms: show the error summary first, never send twice, count what is left of a long text. */
(() => {
  const ready = () => {
    const errors = document.querySelector("[data-mk-errors]");
    if (errors && !errors.closest(".mk-example")) errors.focus();
    document.querySelectorAll("[data-mk-count]").forEach((note) => {
      const input = document.getElementById(note.dataset.mkCount);
      if (!input || input.maxLength < 1) return;
      const english = document.documentElement.lang === "en";
      const show = () => {
        const left = input.maxLength - input.value.length;
        note.textContent = english ? `${left} characters left` : `あと${left}文字`;
      };
      input.addEventListener("input", show);
      show();
    });
    document.querySelectorAll("[data-mk-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.mkSent) {
      event.preventDefault();
      return;
    }
    form.dataset.mkSent = "1";
    setTimeout(() => delete form.dataset.mkSent, 5000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-mk-sent]").forEach((form) => delete form.dataset.mkSent);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
