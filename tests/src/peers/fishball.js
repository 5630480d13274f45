// One issuance with the package @fishballpkg/acme: what its `requestCertificate` does, without its
// wait for DNS, and looking at the order as often as is fastest. In Node and in the browser.
import { AcmeClient } from "@fishballpkg/acme";

// Milliseconds between looks at the order.
const INTERVAL = 10;

export async function issue({ directory, names, publish }) {
  const began = performance.now();
  const client = await AcmeClient.init(directory);
  const account = await client.createAccount({ emails: ["bench@example.test"] });
  const order = await account.createOrder({ domains: names });
  await Promise.all(
    order.authorizations.map(async (authorization) => {
      const challenge = authorization.findDns01Challenge();
      const { name, content } = await challenge.getDnsRecordAnswer();
      await publish(name, content);
      await challenge.submit();
    }),
  );
  await order.pollStatus({ pollUntil: "ready", interval: INTERVAL });
  await order.finalize();
  await order.pollStatus({ pollUntil: "valid", interval: INTERVAL });
  const chain = await order.getCertificate();
  return { milliseconds: performance.now() - began, chain };
}
