package io.github.palimpsest.spark;

import io.github.palimpsest.storage.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone master and its workers on loopback, as processes of their own. */
final class Daemons implements AutoCloseable {
  /** On a busy machine, a master can wait for its own answer for more than two minutes. */
  static final String PATIENCE = "-Dspark.network.timeout=1200s";

  private static final String HOST = "127.0.0.1";

  private final Path logs;
  private final List<Process> all = new ArrayList<>();
  private final int port;

  /** Starts a master, and waits until it listens. */
  Daemons(Path logs) throws IOException, InterruptedException {
    this.logs = logs;
    this.port = freePort();
    List<String> arguments =
        List.of("--host", HOST, "--port", "" + port, "--webui-port", "" + freePort());
    Process master = start("master.Master", "master", arguments);
    while (!listens()) {
      if (!master.isAlive()) {
        throw new IllegalStateException(
            "no master: " + Files.readString(logs.resolve("master.log")));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The address of the master. */
  String address() {
    return "spark://" + HOST + ":" + port;
  }

  /** Starts a worker with one core and 1 GiB. */
  Process worker(String name) throws IOException {
    List<String> arguments =
        List.of(
            "--host",
            HOST,
            "--webui-port",
            "" + freePort(),
            "--cores",
            "1",
            "--memory",
            "1024M",
            "--work-dir",
            Files.createDirectory(logs.resolve(name)).toString(),
            address());
    return start("worker.Worker", name, arguments);
  }

  private Process start(String main, String name, List<String> arguments) throws IOException {
    List<String> words =
        JavaCommand.of("org.apache.spark.deploy." + main, arguments)
            .on(home().resolve("jars") + File.separator + "*")
            .with("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .with(PATIENCE)
            .with(List.of(JavaModuleOptions.defaultModuleOptionArray()))
            .words();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", home().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    Process process = builder.start();
    all.add(process);
    return process;
  }

  /** The folder that the build makes. */
  static Path home() {
    return Path.of("target", "spark").toAbsolutePath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    for (int i = all.size() - 1; i >= 0; i--) {
      Process daemon = all.get(i);
      daemon.destroy();
      daemon
          .onExit()
          .completeOnTimeout(daemon, 20, TimeUnit.SECONDS)
          .thenAccept(Process::destroyForcibly)
          .join();
      daemon.onExit().join();
    }
  }
}
