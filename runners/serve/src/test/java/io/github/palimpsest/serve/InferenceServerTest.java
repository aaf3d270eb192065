package io.github.palimpsest.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.TokenLogProbabilities;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class InferenceServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Limits SMALL = new Limits(2000, 4, 16, Duration.ofMinutes(5));

  @TempDir static Path temp;
  private static HuggingFaceDirectory directory;
  private static InferenceServer server;

  @BeforeAll
  static void start() throws IOException {
    directory = TinyModel.directory(temp);
    server = open(Optional.empty());
    server.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static InferenceServer open(Optional<String> key) {
    return new InferenceServer(
        List.of(model("tiny", directory.weights()), model("adapted", adapted())),
        "127.0.0.1",
        0,
        key,
        SMALL);
  }

  private static ServedModel model(String name, WeightSnapshot weights) {
    return new ServedModel(name, directory, weights, Device.CPU);
  }

  /** Weights as an adapter leaves them: each one twice as large. */
  private static WeightSnapshot adapted() {
    WeightSnapshot base = directory.weights();
    SortedMap<String, Shape> shapes = new TreeMap<>();
    base.names().forEach(name -> shapes.put(name, base.shape(name)));
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] values = base.copy(name);
          for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
          }
          return values;
        });
  }

  private static TokenLogProbabilities.Predicted predicted(WeightSnapshot weights, int... ids) {
    try (Inference inference = new Inference(directory.model().parameters(), weights, Device.CPU)) {
      return new TokenLogProbabilities(directory.model(), inference).of(List.of(ids), 1).get(0);
    }
  }

  private static HttpRequest.Builder request(InferenceServer to, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path));
  }

  private static HttpRequest post(InferenceServer to, String path, String body) {
    return request(to, path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode ok(String path, String body) throws Exception {
    HttpResponse<String> answer = send(post(server, path, body));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> all = new ArrayList<>();
    array.forEach(n -> all.add(n.isNull() ? null : n.doubleValue()));
    return all;
  }

  @Test
  void an_echo_has_the_scores_of_the_model_to_the_last_digit() throws Exception {
    JsonNode answer =
        ok(
            "/v1/completions",
            """
            {"model": "tiny", "prompt": [[0, 5, 6, 7]], "temperature": 0, "max_tokens": 1,
             "logprobs": 1, "seed": 1234, "echo": true, "unknown": {"a": 1}}""");
    JsonNode found = answer.at("/choices/0/logprobs");
    TokenLogProbabilities.Predicted expected = predicted(directory.weights(), 0, 5, 6, 7);
    List<Double> values = numbers(found.get("token_logprobs"));
    assertThat(values).hasSize(4 + 1);
    assertThat(values.get(0)).isNull();
    assertThat(values.subList(1, 4))
        .containsExactly(expected.tokens()[1], expected.tokens()[2], expected.tokens()[3]);
    assertThat(values.get(4)).isEqualTo(expected.top()[4][0]);
    assertThat(found.get("top_logprobs").get(0).isNull()).isTrue();
    assertThat(IntStream.range(1, 5).mapToObj(i -> numbers(found.get("top_logprobs").get(i))))
        .containsExactlyElementsOf(
            IntStream.range(1, 5).mapToObj(i -> List.of(expected.top()[i][0])).toList());
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(1);
  }

  @Test
  void each_model_answers_with_its_own_weights() throws Exception {
    String body =
        """
        {"model": "%s", "prompt": [0, 5, 6], "max_tokens": 0, "logprobs": 1, "echo": true}""";
    for (String model : List.of("adapted", "tiny")) {
      WeightSnapshot weights = model.equals("tiny") ? directory.weights() : adapted();
      JsonNode answer = ok("/v1/completions", body.formatted(model));
      assertThat(numbers(answer.at("/choices/0/logprobs/token_logprobs")).subList(1, 3))
          .as(model)
          .containsExactly(
              predicted(weights, 0, 5, 6).tokens()[1], predicted(weights, 0, 5, 6).tokens()[2]);
    }
    assertThat(predicted(adapted(), 0, 5, 6).tokens()[2])
        .isNotEqualTo(predicted(directory.weights(), 0, 5, 6).tokens()[2]);
  }

  @Test
  void without_new_tokens_an_echo_has_one_entry_for_each_token() throws Exception {
    JsonNode answer =
        ok(
            "/v1/completions",
            """
            {"prompt": [0, 5, 6], "max_tokens": 0, "logprobs": 2, "echo": true}""");
    assertThat(answer.at("/choices/0/logprobs/token_logprobs")).hasSize(3);
    assertThat(answer.at("/choices/0/logprobs/top_logprobs/2")).hasSize(2);
  }

  @Test
  void each_prompt_has_a_choice_and_a_stream_has_the_same_text() throws Exception {
    String body =
        """
        {"prompt": ["reverse a b", "sort c b"], "temperature": 0, "max_tokens": 6, "stream": %s}""";
    JsonNode answer = ok("/v1/completions", body.formatted("false"));
    assertThat(answer.get("choices")).hasSize(2);
    List<StringBuilder> texts = List.of(new StringBuilder(), new StringBuilder());
    String events = send(post(server, "/v1/completions", body.formatted("true"))).body();
    assertThat(events).endsWith("data: [DONE]\n\n");
    for (String event : events.split("\n\n")) {
      if (!event.equals("data: [DONE]")) {
        for (JsonNode choice : JSON.readTree(event.substring("data: ".length())).get("choices")) {
          texts.get(choice.get("index").asInt()).append(choice.get("text").asText());
        }
      }
    }
    for (int i = 0; i < 2; i++) {
      assertThat(texts.get(i).toString())
          .isEqualTo(answer.at("/choices/" + i + "/text").asText())
          .isNotEmpty();
    }
  }

  @Test
  void a_stream_ends_with_counts_only_if_they_are_asked_for() throws Exception {
    String body =
        """
        {"prompt": "reverse a b", "max_tokens": 2, "stream": true%s}""";
    assertThat(send(post(server, "/v1/completions", body.formatted(""))).body())
        .doesNotContain("usage");
    String counted = ", \"stream_options\": {\"include_usage\": true}";
    String[] events =
        send(post(server, "/v1/completions", body.formatted(counted))).body().split("\n\n");
    JsonNode last = JSON.readTree(events[events.length - 2].substring("data: ".length()));
    assertThat(last.get("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void the_offset_of_a_token_is_its_place_in_the_text() throws Exception {
    for (boolean echo : new boolean[] {true, false}) {
      JsonNode choice =
          ok(
                  "/v1/completions",
                  """
                  {"prompt": "reverse a b", "temperature": 0, "max_tokens": 4, "logprobs": 2,
                   "echo": %s}"""
                      .formatted(echo))
              .at("/choices/0");
      String text = choice.get("text").asText();
      JsonNode found = choice.get("logprobs");
      assertThat(found.get("tokens").size()).isGreaterThan(echo ? 4 : 3);
      for (int t = 0; t < found.get("tokens").size(); t++) {
        String token = found.get("tokens").get(t).asText();
        int offset = found.get("text_offset").get(t).asInt();
        assertThat(text.substring(text.offsetByCodePoints(0, offset)))
            .as("token %d", t)
            .startsWith(token);
      }
    }
  }

  @Test
  void an_answer_without_a_length_has_at_most_16_tokens_and_no_more_than_the_limit()
      throws Exception {
    Limits two = new Limits(2000, 4, 2, Duration.ofMinutes(5));
    try (InferenceServer few =
        new InferenceServer(
            List.of(model("tiny", directory.weights())), "127.0.0.1", 0, Optional.empty(), two)) {
      few.start();
      String answer =
          send(post(few, "/v1/completions", "{\"prompt\": \"reverse a b\", \"seed\": 1}")).body();
      assertThat(JSON.readTree(answer).at("/usage/completion_tokens").asInt()).isBetween(1, 2);
    }
  }

  @Test
  void an_answer_ends_before_a_text_that_stops_it() throws Exception {
    String ask = "{\"prompt\": \"reverse a b\", \"temperature\": 0, \"max_tokens\": 6%s}";
    String whole = ok("/v1/completions", ask.formatted("")).at("/choices/0/text").asText();
    String stop = whole.substring(whole.length() / 2);
    JsonNode cut =
        ok(
            "/v1/completions",
            ask.formatted(", \"stop\": [" + JSON.writeValueAsString(stop) + ", \"@@\"]"));
    assertThat(cut.at("/choices/0/text").asText())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(cut.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void a_conversation_has_an_answer() throws Exception {
    JsonNode answer =
        ok(
            "/v1/chat/completions",
            """
            {"model": "adapted", "messages": [{"role": "user", "content": "a b"}], "temperature": 0,
             "max_tokens": 2, "logprobs": true, "top_logprobs": 3}""");
    assertThat(answer.at("/object").asText()).isEqualTo("chat.completion");
    assertThat(answer.at("/model").asText()).isEqualTo("adapted");
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(answer.at("/choices/0/logprobs/content/0/top_logprobs")).hasSize(3);
  }

  @Test
  void a_model_without_a_chat_template_tells_how_chats_are_put_to_it(@TempDir Path other)
      throws IOException {
    try (ServedModel plain = model("tiny", directory.weights())) {
      assertThat(plain.notice())
          .hasValueSatisfying(
              n ->
                  assertThat(n)
                      .startsWith("model 'tiny' has no chat template: ")
                      .contains("User:"));
    }
    TinyModel.directory(other);
    Path folder = other.resolve("tiny");
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    HuggingFaceDirectory opened = HuggingFaceDirectory.open(folder);
    try (ServedModel templated = new ServedModel("tiny", opened, directory.weights(), Device.CPU)) {
      assertThat(templated.notice()).isEmpty();
    }
  }

  @Test
  void a_client_needs_no_tokenizer_of_its_own() throws Exception {
    JsonNode tokens = ok("/tokenize", "{\"prompt\": \"a b\", \"add_special_tokens\": false}");
    assertThat(tokens.get("count").asInt()).isEqualTo(2);
    String ids = tokens.get("tokens").toString();
    assertThat(ok("/detokenize", "{\"tokens\": " + ids + "}").get("prompt").asText())
        .isEqualTo("a b");
    JsonNode info = JSON.readTree(send(request(server, "/tokenizer_info").build()).body());
    assertThat(info.has("eos_token")).isTrue();
    assertThat(info.get("chat_template").isNull()).isTrue();
    JsonNode models = JSON.readTree(send(request(server, "/v1/models").build()).body());
    assertThat(models.at("/data/1/id").asText()).isEqualTo("adapted");
    assertThat(send(request(server, "/health").build()).body()).contains("ok");
    assertThat(send(request(server, "/metrics").build()).body())
        .contains("palimpsest_requests_total{path=\"/tokenize\",code=\"200\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "400 | { | the body is not JSON",
        "400 | [] | must be a JSON object",
        "400 | {} | 'prompt' must be a string",
        "400 | {\"prompt\": [0], \"max_tokens\": \"many\"} | 'max_tokens' must be a whole number",
        "400 | {\"prompt\": [0], \"max_tokens\": 17} | from 0 to 16",
        "400 | {\"prompt\": [0], \"n\": 2} | 'n' is not supported with 2",
        "400 | {\"prompt\": [99999]} | 'prompt' has the token 99999",
        "400 | {\"prompt\": [0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4]} | max_length=24",
        "400 | {\"prompt\": [[0],[0],[0],[0],[0]]} | at most 4 are allowed",
        "404 | {\"prompt\": [0], \"model\": \"tinny\"} | there is no model 'tinny'",
      })
  void a_bad_request_is_answered_with_what_is_wrong(int status, String body, String message)
      throws Exception {
    HttpResponse<String> answer = send(post(server, "/v1/completions", body));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).at("/error/message").asText()).contains(message);
  }

  @Test
  void a_long_body_is_refused() throws Exception {
    String body = "{\"prompt\": \"" + "a ".repeat(1000) + "\"}";
    assertThat(send(post(server, "/v1/completions", body)).statusCode()).isEqualTo(413);
  }

  @Test
  void a_request_without_the_key_is_refused() throws Exception {
    try (InferenceServer locked = open(Optional.of("secret"))) {
      locked.start();
      assertThat(send(request(locked, "/v1/models").build()).statusCode()).isEqualTo(401);
      HttpRequest.Builder with = request(locked, "/v1/models");
      assertThat(send(with.header("Authorization", "Bearer secret").build()).statusCode())
          .isEqualTo(200);
    }
    assertThatThrownBy(() -> InferenceServer.requireKey("0.0.0.0", Optional.empty()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("needs an API key");
  }

  @Test
  void one_prompt_more_than_may_wait_is_refused_and_the_others_are_answered() throws Exception {
    String body = "{\"prompt\": [[0],[0],[0]], \"max_tokens\": 1}";
    try (InferenceServer slow = open(Optional.empty())) {
      slow.listen();
      List<CompletableFuture<HttpResponse<String>>> both =
          IntStream.range(0, 2)
              .mapToObj(
                  i ->
                      CLIENT.sendAsync(
                          post(slow, "/v1/completions", body),
                          HttpResponse.BodyHandlers.ofString()))
              .toList();
      // the models do not run yet, so only a refusal can come first
      Object first = CompletableFuture.anyOf(both.get(0), both.get(1)).get();
      assertThat(((HttpResponse<?>) first).statusCode()).isEqualTo(429);
      slow.scheduler().start();
      assertThat(both.stream().map(f -> f.join().statusCode())).containsExactlyInAnyOrder(200, 429);
    }
  }

  private static Socket posted(InferenceServer to, String body) throws IOException {
    Socket socket = new Socket("127.0.0.1", to.port());
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n";
    socket.getOutputStream().write((request + body).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void prompts_of_clients_that_have_gone_are_dropped_before_they_begin(boolean stream)
      throws Exception {
    String body = "{\"prompt\": [[0],[0]], \"max_tokens\": 8, \"stream\": " + stream + "}";
    try (InferenceServer slow = open(Optional.empty())) {
      slow.listen(); // the models do not run yet
      Socket first = posted(slow, body);
      Socket second = posted(slow, body);
      until(() -> slow.scheduler().waiting() == 4);
      first.close();
      until(() -> slow.scheduler().waiting() == 2);
      second.close();
      until(() -> slow.scheduler().waiting() == 0);
      slow.scheduler().start();
      String one = "{\"prompt\": [0], \"max_tokens\": 1}";
      assertThat(send(post(slow, "/v1/completions", one)).statusCode()).isEqualTo(200);
      assertThat(send(request(slow, "/metrics").build()).body())
          .as("no model has seen another prompt")
          .contains("palimpsest_batch_prompts_total 1\n");
    }
  }

  private static void until(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
