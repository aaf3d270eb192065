package io.github.palimpsest.llm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ids and masks of chats that transformers made, see {@code bench/with_chat_templates.py}. The
 * system property {@code chat.masks} names another file of the same form.
 */
class ChatMasksTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private static JsonNode cases() throws IOException {
    String given = System.getProperty("chat.masks", "");
    if (!given.isBlank()) {
      return JSON.readTree(Path.of(given).toFile());
    }
    try (InputStream in = ChatMasksTest.class.getResourceAsStream("/chat/masks.json")) {
      return JSON.readTree(in);
    }
  }

  @Test
  void ids_and_answers_are_those_of_transformers() throws IOException {
    Path folder = Golden.copy("tokenizer/tok_a", temp.resolve("tokenizer"));
    Map<String, String> tokens = Map.of("bos_token", "<|bos|>", "eos_token", "<|eos|>");
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      ExampleEncoder encoder = ExampleEncoder.whole(tokenizer);
      int number = 0;
      for (JsonNode c : cases()) {
        String name = c.get("name").asText() + ", case " + number;
        Path data = temp.resolve(number++ + ".jsonl");
        Files.writeString(data, JSON.createObjectNode().set("messages", c.get("messages")) + "\n");
        ChatTemplates templates =
            new ChatTemplates(
                temp, new TreeMap<>(Map.of("default", c.get("template").asText())), tokens);
        DataSource source =
            DataSource.of(data).with(DataFormats.builtIn().with(Optional.of(templates)));
        Document document;
        try {
          document = source.documents().get(0);
        } catch (PalimpsestException refused) {
          assertThat(c.get("mask").isNull()).as("%s: %s", name, refused.getMessage()).isTrue();
          assertThat(refused).hasMessageContaining("the text to learn is not known");
          continue;
        }
        Example example = encoder.encode("t", List.of(document)).examples().get(0);
        assertThat(ints(example)).as(name).isEqualTo(JSON.convertValue(c.get("ids"), int[].class));
        if (!c.get("mask").isNull()) {
          float[] mask = JSON.convertValue(c.get("mask"), float[].class);
          assertThat(targets(example)).as("answers of %s", name).isEqualTo(mask);
        }
        if (!c.get("prompt").isNull()) {
          int[] prompt = JSON.convertValue(c.get("prompt"), int[].class);
          ChatTemplate template = templates.get("default", "2024-07-26");
          List<ChatMessage> messages =
              ChatMessage.of(
                  DataRecord.of(
                      JSON.convertValue(
                          JSON.createObjectNode().set("messages", c.get("messages")),
                          new TypeReference<Map<String, Object>>() {})));
          String text = template.render(messages.subList(0, messages.size() - 1), true).text();
          assertThat(tokenizer.encode(text)).as("prompt of %s", name).isEqualTo(prompt);
        }
      }
      assertThat(number).isPositive();
    }
  }

  private static int[] ints(Example example) {
    return ((HostArray.Ints) example.fields().get(ExampleEncoder.IDS)).toArray();
  }

  private static float[] targets(Example example) {
    return ((HostArray.Floats) example.fields().get(ExampleEncoder.TARGETS)).toArray();
  }
}
