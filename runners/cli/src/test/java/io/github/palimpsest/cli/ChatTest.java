package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.experiment.plan.SharedInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ChatTest {
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.content + ' ' }}{% if m.role == 'assistant' %}{{ eos_token }}"
          + "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'reverse' }}{% endif %}";

  @TempDir Path temp;

  private Path model(String name, String template) throws IOException {
    Path model = TinyModel.save(temp.resolve(name));
    if (!template.isEmpty()) {
      Files.writeString(model.resolve("chat_template.jinja"), template);
    }
    return model;
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode json(Command done) throws IOException {
    return new ObjectMapper().readTree(done.ok().out());
  }

  private Command generate(Path model, Object... options) {
    Object[] all = new Object[options.length + 6];
    System.arraycopy(
        new Object[] {"generate", "--model", model, "--json", "--max-new-tokens", 2}, 0, all, 0, 6);
    System.arraycopy(options, 0, all, 6, options.length);
    return Command.run(all);
  }

  @Test
  void a_chat_is_asked_with_the_template_of_the_model() throws Exception {
    Path model = model("model", TEMPLATE);
    JsonNode told = json(generate(model, "--chat", "--system", "a", "--prompt", "b c"));
    assertThat(told.path("prompt").asText()).isEqualTo("a b c reverse");
    assertThat(told.path("prompt_tokens").asInt()).as("one for each word").isEqualTo(4);
    assertThat(told.path("chat_template").asText()).isEqualTo(sha256(TEMPLATE));
    Path file = temp.resolve("messages.json");
    Files.writeString(
        file,
        "[{\"role\": \"user\", \"content\": \"d\"}, {\"role\": \"assistant\", \"content\": \"e\"}]");
    assertThat(
            json(generate(model, "--chat", "--messages", file, "--prompt", "f"))
                .path("prompt")
                .asText())
        .isEqualTo("d e </s>f reverse");
    assertThat(generate(model, "--chat", "--messages", file).refusal(2))
        .contains("ends with an answer");
    Files.writeString(
        file, "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"}]}]}");
    assertThat(generate(model, "--chat", "--messages", file).refusal(2))
        .contains("content of type 'image' is not supported");
    Files.writeString(file, "{\"messages\": [{\"role\": \"tool\", \"content\": \"a\"}]}");
    assertThat(generate(model, "--chat", "--messages", file).refusal(2))
        .contains("role 'tool' is not supported");
    assertThat(generate(model, "--prompt", "a", "--system", "b").refusal(2))
        .contains("need --chat");
    assertThat(generate(model, "--chat").refusal(2)).contains("--prompt or --messages");
    assertThat(generate(model, "--chat", "--prompt", "a", "--chat-template", "rag").refusal(2))
        .contains("no chat template 'rag'");
  }

  @Test
  void a_model_without_a_template_reads_labels() throws IOException {
    Path model = model("model", "");
    JsonNode told = json(generate(model, "--chat", "--system", "a", "--prompt", "b"));
    assertThat(told.path("prompt").asText()).isEqualTo("System: a\nUser: b\nAssistant:");
    assertThat(told.has("chat_template")).isFalse();
    assertThat(generate(model, "--chat", "--prompt", "a", "--date", "2025-01-01").refusal(2))
        .contains("has no chat template");
  }

  @Test
  void training_says_which_template_wrote_the_chats() throws Exception {
    Path model = model("model", TEMPLATE);
    Path data = temp.resolve("chats.jsonl");
    Files.writeString(
        data,
        "{\"messages\": [{\"role\": \"user\", \"content\": \"reverse a b\"},"
            + " {\"role\": \"assistant\", \"content\": \"b a\"}]}\n");
    Path out = temp.resolve("out");
    Object[] train = {
      "train", "--model", model, "--data", data, "--steps", 1, "--json", "--out", out
    };
    Command done = Command.run(train);
    assertThat(json(done).path("chat_template").asText()).isEqualTo(sha256(TEMPLATE));
    assertThat(done.err()).contains("chats by the model's template, sha256 " + sha256(TEMPLATE));
    assertThat(out.resolve("chat_template.jinja")).hasContent(TEMPLATE);
    JsonNode scored =
        json(Command.run("score", "--model", model, "--instructions", data, "--json"));
    assertThat(scored.path("chat_template").asText()).isEqualTo(sha256(TEMPLATE));
    assertThat(scored.path("tokens").asInt()).as("b, a and the end").isEqualTo(3);
    JsonNode labels =
        json(
            Command.run(
                "score",
                "--model",
                model,
                "--instructions",
                data,
                "--chat-turns=labels",
                "--json"));
    assertThat(labels.has("chat_template")).isFalse();
  }

  @Test
  void an_id_covers_the_template_and_its_date() throws Exception {
    Path model = model("model", TEMPLATE);
    Path data = temp.resolve("chats.jsonl");
    Files.writeString(
        data,
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
            + " {\"role\": \"assistant\", \"content\": \"b\"}]}\n");
    String text =
        "name: x\nmodel: %s\ntasks:\n  - {name: t, data: %s, test: %s, test-examples: 1%s}\n"
            + "allow-overlap: true\ntraining: {steps: 1}\naxes:\n  optimizer: [adamw]\nseeds: [1]\n";
    Path found = temp.resolve("found.yaml");
    Files.writeString(found, text.formatted(model, data, data, ""));
    Path labels = temp.resolve("labels.yaml");
    Files.writeString(labels, text.formatted(model, data, data, ", format: chat(turns=labels)"));
    assertThat(SharedInputs.of(ExperimentFile.read(found, Map.of()), Plugins.onClassPath()))
        .containsEntry("task.1.chat-template", sha256(TEMPLATE) + " of 2024-07-26");
    assertThat(SharedInputs.of(ExperimentFile.read(labels, Map.of()), Plugins.onClassPath()))
        .doesNotContainKey("task.1.chat-template");
  }
}
