/* Shared desks: two minutes before the session ends, says so and offers to go on. Tabs know of each other's requests. */
(() => {
  const box = document.querySelector("[data-idle-minutes]");
  if (!box) return;
  const key = "machikumo-seen";
  const limit = Number(box.dataset.idleMinutes) * 60000;
  const warning = Math.min(120000, limit / 2);
  const seen = () => Number(localStorage.getItem(key)) || 0;
  const note = () => localStorage.setItem(key, String(Date.now()));
  const tick = () => {
    const left = seen() + limit - Date.now();
    if (left <= -2000) location.reload();
    box.hidden = left > warning;
  };
  note();
  document.addEventListener("htmx:afterRequest", note);
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload();
    note();
    tick();
  });
  setInterval(tick, 5000);
})();
