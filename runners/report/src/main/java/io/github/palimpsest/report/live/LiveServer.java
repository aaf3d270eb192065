package io.github.palimpsest.report.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.report.LiveGrid;
import io.github.palimpsest.report.LivePage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows a running grid to browsers on this machine: {@code /} is the page, {@code /events} its
 * updates as server-sent events. It listens on the loopback address alone, answers nothing but
 * {@code GET} and {@code HEAD}, and refuses a request for another host, which a page of that host
 * could send through a browser.
 */
public final class LiveServer implements AutoCloseable {
  private static final String PAGE = "/";
  private static final String EVENTS = "/events";
  private static final int MOST_LISTENERS = 32;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(LiveServer::thread);
  private final Semaphore listeners = new Semaphore(MOST_LISTENERS);
  private final Supplier<LiveGrid> grid;
  private final Set<String> hosts;

  private String update = "";
  private long changes;
  private long looks;
  private boolean closed;

  /**
   * Listens from now on.
   *
   * @param port 0 for any free one
   * @param grid reads the grid; called by one thread at a time
   * @throws PalimpsestException if the port is not free
   */
  public LiveServer(int port, Supplier<LiveGrid> grid) {
    this.grid = grid;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    } catch (IOException e) {
      throw new PalimpsestException(
          "cannot listen on " + loopback.getHostAddress() + ":" + port + ": " + e.getMessage(), e);
    }
    hosts = Set.of("127.0.0.1:" + port(), "localhost:" + port(), "[::1]:" + port());
    server.createContext(PAGE, this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "live-page");
    thread.setDaemon(true);
    return thread;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The address of the page. */
  public String address() {
    return "http://" + server.getAddress().getAddress().getHostAddress() + ":" + port() + "/";
  }

  /** Reads the grid again, if anybody is listening, and sends what has changed. */
  public synchronized void look() {
    if (listeners.availablePermits() == MOST_LISTENERS) {
      return;
    }
    read();
    looks++;
    notifyAll();
  }

  private void read() {
    String now = LivePage.update(grid.get());
    if (!now.equals(update)) {
      update = now;
      changes++;
    }
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", LivePage.POLICY + "; frame-ancestors 'none'");
      headers.set("Cache-Control", "no-store");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("X-Content-Type-Options", "nosniff");
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      String host = exchange.getRequestHeaders().getFirst("Host");
      if (host == null || !hosts.contains(host)) {
        send(exchange, 421, "text/plain", "this server answers requests for " + address() + "\n");
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        headers.set("Allow", "GET, HEAD");
        send(exchange, 405, "text/plain", "only GET and HEAD\n");
      } else if (PAGE.equals(path)) {
        send(exchange, 200, "text/html", page());
      } else if (EVENTS.equals(path) && method.equals("GET")) {
        events(exchange);
      } else {
        send(exchange, 404, "text/plain", "only / and /events\n");
      }
    } catch (IOException e) {
      return; // the reader has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized String page() {
    return LivePage.of(grid.get());
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private void events(HttpExchange exchange) throws IOException, InterruptedException {
    if (!listeners.tryAcquire()) {
      send(
          exchange, 503, "text/plain", "too many pages are open: at most " + MOST_LISTENERS + "\n");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      Sent sent = first();
      while (sent != null) {
        body.write(sent.text().getBytes(StandardCharsets.UTF_8));
        body.flush();
        sent = next(sent);
      }
    } finally {
      listeners.release();
    }
  }

  /** What a listener has been sent, with the change and the look that it belongs to. */
  private record Sent(String text, long change, long look) {}

  private synchronized Sent first() {
    read();
    return new Sent(event(), changes, looks);
  }

  /**
   * Waits for the next look. Without a change, a comment is sent, so that a listener who has gone
   * is noticed.
   *
   * @return null if the server is closed
   */
  private synchronized @Nullable Sent next(Sent last) throws InterruptedException {
    while (!closed && looks == last.look()) {
      wait();
    }
    return closed ? null : new Sent(changes == last.change() ? ":\n\n" : event(), changes, looks);
  }

  private String event() {
    return "event: grid\ndata: " + update + "\n\n";
  }

  /** Ends all answers. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
