import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** A mail server that accepts everything, and keeps who the mails are for. */
export interface SmtpServer extends AsyncDisposable {
  readonly url: string;
  readonly recipients: readonly string[];
}

export async function startSmtpServer(): Promise<SmtpServer> {
  const recipients: string[] = [];
  const server = createServer((socket) => converse(socket, recipients));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    recipients,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function converse(socket: Socket, recipients: string[]): void {
  let isText = false;
  let rest = "";
  socket.write("220 ready\r\n");
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (isText) {
        if (line !== ".") continue;
        isText = false;
      }
      const recipient = /^RCPT TO:<(.*)>/i.exec(line)?.[1];
      if (recipient !== undefined) recipients.push(recipient);
      isText = line.toUpperCase() === "DATA";
      socket.write(isText ? "354 go on\r\n" : line.toUpperCase() === "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
      if (line.toUpperCase() === "QUIT") socket.end();
    }
  });
  socket.on("error", () => {});
}
