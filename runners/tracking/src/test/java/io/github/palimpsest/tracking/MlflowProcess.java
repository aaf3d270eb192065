package io.github.palimpsest.tracking;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A real MLflow server of the tests, on a loopback port.
 *
 * @param process its process
 * @param uri where it listens
 */
record MlflowProcess(Process process, String uri) implements AutoCloseable {
  /** Starts one and waits until it says that it listens. */
  static MlflowProcess start(Path folder) throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                PythonEnvironment.python(),
                "-m",
                "mlflow",
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder.resolve("mlflow.db"),
                "--default-artifact-root",
                folder.resolve("artifacts").toUri().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.append(line).append('\n');
      if (line.contains("Application startup complete") || line.contains("Listening at")) {
        drain(log);
        return new MlflowProcess(process, "http://127.0.0.1:" + port);
      }
    }
    throw new IllegalStateException("mlflow server ended:\n" + said);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Keeps the server from waiting for someone to read what it says. */
  private static void drain(BufferedReader log) {
    Thread reader =
        new Thread(
            () -> {
              try {
                log.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                return; // the server was stopped
              }
            },
            "mlflow-log");
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
