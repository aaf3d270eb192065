package io.github.palimpsest.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a handler learns of its client, and that looking loses nothing of the next request. */
class ConnectionsTest {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch next = new CountDownLatch(1);
  private final CountDownLatch noticed = new CountDownLatch(1);
  private final Server server = new Server();
  private final Connections connections = new Connections(server, new HttpConfiguration());

  @BeforeEach
  void start() throws Exception {
    connections.setHost("127.0.0.1");
    server.addConnector(connections);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            String path = Request.getPathInContext(request);
            if (path.equals("/first")) {
              assertThat(Connections.gone(request)).isFalse();
              asked.countDown();
              next.await();
              assertThat(Connections.gone(request)).as("the next request").isFalse();
              assertThat(Connections.gone(request)).as("asked again").isFalse();
            } else if (path.equals("/leaving")) {
              asked.countDown();
              while (!Connections.gone(request)) {
                Thread.onSpinWait();
              }
              noticed.countDown();
            }
            response.write(true, ByteBuffer.wrap((path + " is done").getBytes()), callback);
            return true;
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private Socket asking(String path) throws IOException {
    Socket socket = new Socket("127.0.0.1", connections.getLocalPort());
    ask(socket, path, "");
    return socket;
  }

  private static void ask(Socket socket, String path, String more) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void a_request_that_comes_before_the_answer_to_the_last_is_answered_too() throws Exception {
    try (Socket socket = asking("/first")) {
      asked.await();
      ask(socket, "/second", "Connection: close\r\n");
      next.countDown();
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers)
          .containsSubsequence("200 OK", "/first is done", "200 OK", "/second is done");
    }
  }

  @Test
  void a_client_that_closes_its_connection_has_gone() throws Exception {
    Socket socket = asking("/leaving");
    asked.await();
    socket.close();
    noticed.await();
    assertThat(noticed.getCount()).isZero();
  }
}
