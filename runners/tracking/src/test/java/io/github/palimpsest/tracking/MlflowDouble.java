package io.github.palimpsest.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server in this JVM that keeps what it is sent and refuses what MLflow refuses. */
final class MlflowDouble implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/api/2.0/mlflow/";

  private final HttpServer server;
  private final Map<String, String> experiments = new LinkedHashMap<>();

  /** The runs as {@code runs/search} gives them. */
  final Map<String, ObjectNode> runs = new LinkedHashMap<>();

  /** All metrics in the order of their arrival. */
  final List<JsonNode> metrics = new ArrayList<>();

  /** The paths of all requests. */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /** The header of the last request. */
  Optional<String> authorization = Optional.empty();

  /** Answers that come before anything is done, first to last. */
  final Deque<Trouble> troubles = new ArrayDeque<>();

  /** The size of a page of {@code runs/search}. */
  int page = Integer.MAX_VALUE;

  /**
   * An answer.
   *
   * @param path whose requests get it
   * @param status 0 cuts the connection
   * @param done whether what was asked is done nevertheless
   */
  record Trouble(String path, int status, String body, boolean done) {}

  MlflowDouble() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path.substring(path.indexOf(ROOT) + ROOT.length()));
    authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String raw = exchange.getRequestURI().getRawQuery();
    // as the server reads it: a plus is a space
    String query = raw == null ? "" : URLDecoder.decode(raw, StandardCharsets.UTF_8);
    Trouble trouble = troubles.peek();
    if (trouble != null && path.endsWith(trouble.path())) {
      troubles.remove();
      if (trouble.done()) {
        answer(path, query, sent);
      }
      if (trouble.status() == 0) {
        exchange.close();
        return;
      }
      send(exchange, trouble.status(), trouble.body());
      return;
    }
    try {
      send(exchange, 200, answer(path, query, sent).toString());
    } catch (Refusal e) {
      ObjectNode error = JSON.createObjectNode();
      error.put("error_code", e.code).put("message", e.getMessage());
      send(exchange, e.code.equals("RESOURCE_DOES_NOT_EXIST") ? 404 : 400, error.toString());
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private JsonNode answer(String path, String query, byte[] sent) throws IOException {
    JsonNode body = sent.length == 0 ? JSON.createObjectNode() : JSON.readTree(sent);
    return switch (path.substring(path.indexOf(ROOT) + ROOT.length())) {
      case "experiments/get-by-name" -> experiment(query.replaceFirst("experiment_name=", ""));
      case "experiments/create" -> create(body.path("name").asText());
      case "runs/create" -> begin(body);
      case "runs/search" -> search(body);
      case "runs/update" -> update(body);
      case "runs/set-tag" -> {
        tag(run(body), body);
        yield JSON.createObjectNode();
      }
      case "metrics/get-history" -> history(query.split("&", 2));
      case "runs/log-batch" -> log(body, sent.length);
      default -> throw new Refusal("ENDPOINT_NOT_FOUND", path);
    };
  }

  private JsonNode experiment(String name) {
    if (!experiments.containsKey(name)) {
      throw new Refusal("RESOURCE_DOES_NOT_EXIST", "no experiment " + name);
    }
    ObjectNode answer = JSON.createObjectNode();
    answer
        .putObject("experiment")
        .put("experiment_id", experiments.get(name))
        .put("lifecycle_stage", "active");
    return answer;
  }

  private JsonNode create(String name) {
    require(!name.isEmpty() && name.length() <= 500, "experiment name");
    experiments.put(name, Integer.toString(experiments.size()));
    return JSON.createObjectNode().put("experiment_id", experiments.get(name));
  }

  private JsonNode begin(JsonNode body) {
    String id = "run" + runs.size();
    ObjectNode run = JSON.createObjectNode();
    run.putObject("info")
        .put("run_id", id)
        .put("run_name", body.path("run_name").asText())
        .put("experiment_id", body.path("experiment_id").asText())
        .put("status", "RUNNING");
    run.putObject("data").putArray("tags");
    body.path("tags").forEach(t -> tag(run, t));
    runs.put(id, run);
    return JSON.createObjectNode().set("run", run);
  }

  private static void tag(ObjectNode run, JsonNode tag) {
    require(MlflowKeysTest.isTaken(tag.path("key").asText()), "tag " + tag);
    require(tag.path("value").asText().length() <= 5000, "length of tag " + tag);
    run.withObjectProperty("data").withArrayProperty("tags").addObject().setAll((ObjectNode) tag);
  }

  private JsonNode search(JsonNode body) {
    String experiment = body.path("experiment_ids").path(0).asText();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("runs");
    int from = body.path("page_token").asInt(0);
    List<ObjectNode> all =
        runs.values().stream()
            .filter(r -> r.path("info").path("experiment_id").asText().equals(experiment))
            .toList();
    int to = (int) Math.min(all.size(), (long) from + page);
    all.subList(from, to).forEach(found::add);
    if (to < all.size()) {
      answer.put("next_page_token", Integer.toString(to));
    }
    return answer;
  }

  private JsonNode update(JsonNode body) {
    run(body).withObjectProperty("info").put("status", body.path("status").asText());
    return JSON.createObjectNode();
  }

  private JsonNode log(JsonNode body, int length) {
    require(length <= 1_000_000, "size of the request");
    require(body.path("metrics").size() <= 1000, "number of metrics");
    require(body.path("params").size() <= 100, "number of parameters");
    ObjectNode run = run(body);
    for (JsonNode m : body.path("metrics")) {
      require(MlflowKeysTest.isTaken(m.path("key").asText()), "metric " + m);
      require(!m.path("key").asText().equals("score/unwanted"), "metric " + m);
    }
    for (JsonNode p : body.path("params")) {
      require(MlflowKeysTest.isTaken(p.path("key").asText()), "parameter " + p);
      require(p.path("value").asText().length() <= 500, "length of parameter " + p);
      require(
          parameters(run)
              .getOrDefault(p.path("key").asText(), p.path("value").asText())
              .equals(p.path("value").asText()),
          "another value of parameter " + p);
    }
    for (JsonNode m : body.path("metrics")) {
      metrics.add(((ObjectNode) m.deepCopy()).put("run_id", body.path("run_id").asText()));
      latest(run, m);
    }
    body.path("params")
        .forEach(p -> run.withObjectProperty("data").withArrayProperty("params").add(p));
    return JSON.createObjectNode();
  }

  /** The query is {@code run_id=R&metric_key=K}. */
  private JsonNode history(String[] query) {
    ObjectNode found = JSON.createObjectNode();
    ArrayNode all = found.putArray("metrics");
    metrics.stream()
        .filter(m -> ("run_id=" + m.path("run_id").asText()).equals(query[0]))
        .filter(m -> ("metric_key=" + m.path("key").asText()).equals(query[1]))
        .forEach(all::add);
    return found;
  }

  private static void latest(ObjectNode run, JsonNode metric) {
    ArrayNode all = run.withObjectProperty("data").withArrayProperty("metrics");
    for (int i = 0; i < all.size(); i++) {
      if (all.path(i).path("key").equals(metric.path("key"))) {
        all.set(i, metric);
        return;
      }
    }
    all.add(metric);
  }

  private ObjectNode run(JsonNode body) {
    ObjectNode run = runs.get(body.path("run_id").asText());
    require(run != null, "run " + body.path("run_id"));
    return run;
  }

  /** The parameters of a run. */
  static Map<String, String> parameters(JsonNode run) {
    Map<String, String> all = new LinkedHashMap<>();
    run.path("data")
        .path("params")
        .forEach(p -> all.put(p.path("key").asText(), p.path("value").asText()));
    return all;
  }

  /** The metrics that arrived, in short. */
  synchronized List<String> history(String key) {
    return metrics.stream()
        .filter(m -> m.path("key").asText().equals(key))
        .map(m -> m.path("step").asLong() + "=" + m.path("value").asText())
        .toList();
  }

  private static void require(boolean valid, String what) {
    if (!valid) {
      throw new Refusal("INVALID_PARAMETER_VALUE", "Invalid " + what);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** What the server answers with an error. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;

    Refusal(String code, String message) {
      super(message);
      this.code = code;
    }
  }
}
