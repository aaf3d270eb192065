package io.github.palimpsest.llm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The templates of real models, which are not ours to keep: from the folder of golden vectors in
 * {@code golden.dir}.
 */
class ChatGoldenTest {
  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern WORDS =
      Pattern.compile("\\d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4}");

  @TestFactory
  Stream<DynamicTest> every_template_writes_every_chat_as_transformers_does() {
    assumeTrue(Files.isDirectory(Golden.root().resolve("chat")), "golden.dir has the templates");
    return Golden.files("chat", ".json").stream()
        .map(file -> DynamicTest.dynamicTest(file, () -> check(Golden.json(file))));
  }

  private static void check(JsonNode golden) throws IOException {
    String source = Files.readString(Golden.root().resolve(golden.at("/hyper/template").asText()));
    Map<String, String> tokens =
        Map.of(
            "bos_token", golden.at("/hyper/bos_token").asText(),
            "eos_token", golden.at("/hyper/eos_token").asText());
    for (JsonNode expected : golden.get("expected")) {
      JsonNode chat = golden.at("/inputs/conversations").get(expected.get("conversation").asInt());
      boolean prompt = expected.get("add_generation_prompt").asBoolean();
      String text = expected.path("text").asText();
      ChatTemplate template = ChatTemplate.parse("t", source, tokens, date(source, text));
      if (expected.has("error")) {
        String words = expected.get("error").asText().replaceFirst("^[A-Za-z]+: ", "");
        assertThatThrownBy(() -> template.render(messages(chat), prompt))
            .isInstanceOf(PalimpsestException.class)
            .hasMessage("the chat template refuses the chat: " + words);
      } else {
        assertThat(template.render(messages(chat), prompt).text())
            .as("chat %s, prompt %s", expected.get("conversation"), prompt)
            .isEqualTo(text);
      }
    }
  }

  /** The day on which the text was made; the last date in it, since templates name others too. */
  private static LocalDate date(String source, String text) {
    List<LocalDate> dates = new ArrayList<>(List.of(LocalDate.of(2024, 7, 26)));
    if (source.contains("strftime_now")) {
      for (Matcher m = ISO.matcher(text); m.find(); ) {
        dates.add(LocalDate.parse(m.group()));
      }
      DateTimeFormatter words = DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH);
      for (Matcher m = WORDS.matcher(text); m.find(); ) {
        dates.add(LocalDate.parse(m.group(), words));
      }
    }
    return dates.get(dates.size() - 1);
  }

  private static List<ChatMessage> messages(JsonNode chat) {
    List<Object> values =
        new ObjectMapper().convertValue(chat, new TypeReference<List<Object>>() {});
    return ChatMessage.of(DataRecord.of(Map.of("messages", values)));
  }
}
