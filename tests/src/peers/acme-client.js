// One issuance with the package acme-client, by its own calls and with its fastest settings: no DNS
// check of its own, no waiting before the order is looked at, and the CSR made beforehand.
import acme from "acme-client";

// Between looks at the order: its back-off doubles from the first to the second.
const BACKOFF = { backoffAttempts: 1000, backoffMin: 10, backoffMax: 160 };

export async function issue({ directory, names, publish }) {
  const accountKey = await acme.crypto.createPrivateEcdsaKey("P-256");
  const certificateKey = await acme.crypto.createPrivateEcdsaKey("P-256");
  const [, csr] = await acme.crypto.createCsr({ altNames: names }, certificateKey);

  const began = performance.now();
  const client = new acme.Client({ directoryUrl: directory, accountKey, ...BACKOFF });
  await client.createAccount({ termsOfServiceAgreed: true });
  const order = await client.createOrder({
    identifiers: names.map((value) => ({ type: "dns", value })),
  });
  const authorizations = await client.getAuthorizations(order);
  await Promise.all(
    authorizations.map(async ({ identifier, challenges }) => {
      const challenge = challenges.find(({ type }) => type === "dns-01");
      const value = await client.getChallengeKeyAuthorization(challenge);
      await publish(`_acme-challenge.${identifier.value}.`, value);
      await client.completeChallenge(challenge);
    }),
  );
  await client.waitForValidStatus(order);
  const chain = await client.getCertificate(await client.finalizeOrder(order, csr));
  return { milliseconds: performance.now() - began, chain };
}
