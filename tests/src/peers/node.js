// Issues natively, in one warm process: each line of standard input is the JSON of a list of names,
// and is answered by a line with the milliseconds from the first to the last request.
// Arguments: the package's driver, the CA's directory, challtestsrv's management address.
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

const [driver, directory, management] = process.argv.slice(2);

// Node 20 has it not yet; what @fishballpkg/acme transfers are a few hundred bytes.
ArrayBuffer.prototype.transfer ??= function (length = this.byteLength) {
  const target = new Uint8Array(length);
  target.set(new Uint8Array(this, 0, Math.min(length, this.byteLength)));
  return target.buffer;
};

const agent = new Agent({ keepAlive: true });

function publish(host, value) {
  return new Promise((resolve, reject) => {
    const sent = request(`${management}/set-txt`, { method: "POST", agent }, (answer) => {
      answer.resume().on("end", resolve).on("error", reject);
    });
    sent.on("error", reject).end(JSON.stringify({ host, value }));
  });
}

const { issue } = await import(driver);
for await (const line of createInterface({ input: process.stdin })) {
  const { milliseconds, chain } = await issue({ directory, names: JSON.parse(line), publish });
  if (!chain.startsWith("-----BEGIN CERTIFICATE-----")) {
    throw new Error(`not a certificate: ${chain}`);
  }
  console.log(JSON.stringify({ milliseconds }));
}
