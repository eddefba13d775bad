/** Has a tracking server of the tests call a server of the tests when an alias moves. */

/**
 * @param trackingUri without credentials
 * @returns takes the webhook away again
 */
export async function addAliasWebhook(trackingUri: string, url: string, secret: string): Promise<() => Promise<void>> {
  const webhooks = `${trackingUri}/api/2.0/mlflow/webhooks`;
  const response = await fetch(webhooks, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: url.replaceAll(/\W+/g, '-'),
      url,
      secret,
      events: ['CREATED', 'DELETED'].map((action) => ({ entity: 'MODEL_VERSION_ALIAS', action })),
    }),
  });
  if (!response.ok) throw new Error(`MLflow took no webhook: ${await response.text()}`);
  const { webhook } = (await response.json()) as { readonly webhook: { readonly webhook_id: string } };
  return async () => void (await fetch(`${webhooks}/${webhook.webhook_id}`, { method: 'DELETE' }));
}
