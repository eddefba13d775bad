/** The page around Swagger UI, and the script that starts it: a file of its own, since the page allows no other. */

/**
 * What the page may load and do: its own files and this server, nothing else. Swagger UI draws its icons from `data:`
 * addresses; it needs no inline script and no inline style.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The HTML of `/docs`.
 * @param folder where the page's files are, seen from its address: `docs/` from `/docs`, nothing from `/docs/`
 */
export function page(folder: 'docs/' | ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Food delivery time: API</title>
<link rel="icon" type="image/png" href="${folder}favicon-32x32.png">
<link rel="stylesheet" href="${folder}swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${folder}swagger-ui-bundle.js"></script>
<script src="${folder}initializer.js"></script>
</body>
</html>
`;
}

/** The document is found from the script's own address, so that the page also works behind a path of another server. */
export const INITIALIZER = `SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: new URL('../openapi.json', document.currentScript.src).href,
  // No document goes to a validator elsewhere.
  validatorUrl: null,
  deepLinking: true,
  showExtensions: true,
});
`;
