package io.github.palimpsest.serve;

import io.github.palimpsest.api.PalimpsestException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Answers requests over HTTP with some models until it is closed. */
public final class InferenceServer implements AutoCloseable {
  private static final int MORE_THREADS = 64;
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final Models models;
  private final Scheduler scheduler;
  private final Server server;
  private final ServerConnector connector;

  /**
   * Opens a server, which answers after {@link #start}.
   *
   * @param models at least one; the first answers requests that name no model. The server closes
   *     them
   * @param host the address to listen on
   * @param port 0 for any free one
   * @param key what requests must have as bearer; every address but loopback needs one
   * @throws PalimpsestException if two models have the same name, the host is unknown, or it needs
   *     a key
   */
  public InferenceServer(
      List<ServedModel> models, String host, int port, Optional<String> key, Limits limits) {
    this.models = Models.of(models);
    requireKey(host, key);
    Metrics metrics = new Metrics();
    scheduler = new Scheduler(limits.waitingPrompts(), metrics);
    // each waiting request has a thread, and more are left to refuse others
    server = new Server(new QueuedThreadPool(limits.waitingPrompts() + MORE_THREADS));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    connector = new Connections(server, http);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.setHandler(
        new GracefulHandler(new Endpoints(this.models, scheduler, metrics, limits, key)));
    server.setStopTimeout(GRACE.toMillis());
  }

  /**
   * Checks that an address other than loopback has a key.
   *
   * @throws PalimpsestException if not, or the host is unknown
   */
  public static void requireKey(String host, Optional<String> key) {
    try {
      if (key.isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
        throw new PalimpsestException(
            "host '" + host + "' can be reached by others, so it needs an API key");
      }
    } catch (UnknownHostException e) {
      throw new PalimpsestException("host '" + host + "' is unknown", e);
    }
  }

  /**
   * Listens from now on.
   *
   * @throws PalimpsestException if the port is not free
   */
  public void start() {
    listen();
    scheduler.start();
  }

  /** Accepts requests whose answers wait for {@link #scheduler}. */
  void listen() {
    try {
      server.start();
    } catch (Exception e) {
      throw new PalimpsestException(
          "cannot listen on " + connector.getHost() + ":" + connector.getPort() + ": " + reason(e),
          e);
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Answers the requests that have arrived, for at most 30 seconds, and refuses others. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server could not be stopped", e);
    } finally {
      scheduler.close();
      models.all().forEach(ServedModel::close);
    }
  }
}
