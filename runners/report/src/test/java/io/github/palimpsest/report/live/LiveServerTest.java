package io.github.palimpsest.report.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.report.LiveGrid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private final HttpClient client = HttpClient.newHttpClient();
  private Path folder = Path.of("");
  private LiveServer server = new LiveServer(0, () -> none());

  private static LiveGrid none() {
    throw new AssertionError("read before the test began");
  }

  @BeforeEach
  void open() {
    server.close();
    folder = temp.resolve("out");
    Supplier<LiveGrid> grid = LiveGrid.of(folder);
    server = new LiveServer(0, grid);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void grid(String name, String reason) throws IOException {
    Files.createDirectories(folder.resolve("cells/b"));
    Files.writeString(
        folder.resolve("cells/b/failed.json"),
        JSON.createObjectNode().put("id", "b").put("reason", reason).toString());
    Files.writeString(
        folder.resolve("plan.json"),
        "{\"experiment\": "
            + JSON.writeValueAsString(name)
            + ", \"cells\": [{\"id\": \"a\", \"label\": \"sgd\", \"seed\": 1},"
            + " {\"id\": \"b\", \"label\": \"sam\", \"seed\": 2}]}");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address()).resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** An open stream of events. */
  private BufferedReader events() throws IOException, InterruptedException {
    InputStream body =
        client
            .send(
                HttpRequest.newBuilder(URI.create(server.address()).resolve("/events")).build(),
                HttpResponse.BodyHandlers.ofInputStream())
            .body();
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  /** The next event of a stream; a comment is none. */
  private static JsonNode next(BufferedReader events) throws IOException {
    String line = events.readLine();
    while (!line.equals("event: grid")) {
      assertThat(line).isIn("", ":");
      line = events.readLine();
    }
    String data = events.readLine();
    assertThat(data).startsWith("data: ");
    return JSON.readTree(data.substring("data: ".length()));
  }

  @Test
  void the_page_waits_for_a_folder_and_an_event_shows_it_once_it_is_there() throws Exception {
    assertThat(get("/").body()).contains("Waiting for a grid", "no grid in this folder yet");
    try (BufferedReader events = events()) {
      assertThat(next(events).path("title").asText()).isEqualTo("Waiting for a grid");
      grid("toy", "loss is NaN");
      server.look();
      JsonNode toy = next(events);
      assertThat(toy.path("title").asText()).isEqualTo("1 of 2: toy");
      assertThat(toy.path("parts").path("failures").asText()).contains("sam", "loss is NaN");
      server.look();
      assertThat(events.readLine()).as("the end of the event").isEmpty();
      assertThat(events.readLine()).as("nothing has changed: a comment").isEqualTo(":");
    }
    assertThat(get("/").body()).contains("<title>1 of 2: toy</title>", "loss is NaN");
  }

  @Test
  void metrics_have_the_unit_of_the_tasks_and_their_direction() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("plan.json"),
        """
        {"experiment": "toy", "cells": [{"id": "a", "label": "sgd", "seed": 1}],
         "measures": [{"name": "nats-per-token", "unit": "nats", "higher_is_better": false},
                      {"name": "accuracy", "unit": "", "higher_is_better": true}],
         "metrics": [{"name": "forgetting", "higher_is_better": false},
                     {"name": "backward-transfer", "higher_is_better": true}]}
        """);
    assertThat(get("/").body())
        .contains(
            "forgetting<span class=\"unit\">nats; lower is better</span>",
            "backward-transfer<span class=\"unit\">nats; higher is better</span>");
  }

  @Test
  void damaged_files_are_told_and_the_next_look_can_be_whole_again() throws Exception {
    grid("toy", "x");
    try (BufferedReader events = events()) {
      next(events);
      Files.writeString(folder.resolve("plan.json"), "{\"experiment\": \"to");
      server.look();
      assertThat(next(events).path("parts").path("live-head").asText())
          .contains("cannot be read now", "plan.json");
      grid("toy", "x");
      server.look();
      assertThat(next(events).path("title").asText()).isEqualTo("1 of 2: toy");
    }
  }

  @Test
  void names_are_escaped_in_the_page_and_in_events() throws Exception {
    grid("<script>alert(1)</script>", "<img src=x onerror=alert(1)> \u202e\u001b[31m");
    String page = get("/").body();
    assertThat(page.substring(0, page.indexOf("<script")))
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x")
        .doesNotContain("<img", "\u202e", "\u001b");
    try (BufferedReader events = events()) {
      JsonNode parts = next(events).path("parts");
      assertThat(parts.path("live-head").asText())
          .contains("&lt;script&gt;")
          .doesNotContain("<script");
      assertThat(parts.path("failures").asText())
          .contains("&lt;img")
          .doesNotContain("<img", "\u202e");
    }
  }

  @Test
  void the_page_loads_nothing_and_allows_only_its_own_server() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'; connect-src 'self'; ")
        .contains("frame-ancestors 'none'")
        .doesNotContain("http");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.body()).doesNotContain("<script src", "<link");
  }

  @Test
  void other_hosts_methods_and_paths_are_refused() throws Exception {
    assertThat(raw("GET / HTTP/1.1", "Host: evil.example")).startsWith("HTTP/1.1 421 ");
    assertThat(raw("GET / HTTP/1.1", "Host: localhost:" + server.port()))
        .startsWith("HTTP/1.1 200 ");
    assertThat(raw("POST / HTTP/1.1", "Host: localhost:" + server.port()))
        .startsWith("HTTP/1.1 405 ");
    assertThat(raw("HEAD / HTTP/1.1", "Host: localhost:" + server.port()))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("\r\n\r\n");
    assertThat(get("/../plan.json").statusCode()).isEqualTo(404);
    assertThat(URI.create(server.address()).getHost()).isEqualTo("127.0.0.1");
  }

  private String raw(String... head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_port_that_is_taken_is_refused_and_the_end_ends_every_answer() throws Exception {
    int port = server.port();
    assertThatThrownBy(() -> new LiveServer(port, LiveGrid.of(folder)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("cannot listen on 127.0.0.1:" + port);
    try (BufferedReader events = events()) {
      next(events);
      server.close();
      assertThatThrownBy(
              () -> {
                while (events.readLine() != null) {
                  // what was sent before
                }
                throw new IOException("the stream has ended");
              })
          .isInstanceOf(IOException.class);
    }
  }
}
