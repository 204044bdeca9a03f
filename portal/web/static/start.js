// First line of the page: styles may now rely on JavaScript, if the browser can run the modules.
if ("noModule" in HTMLScriptElement.prototype) document.documentElement.classList.add("js-enabled", "govuk-frontend-supported");
