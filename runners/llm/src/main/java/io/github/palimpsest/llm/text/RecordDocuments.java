package io.github.palimpsest.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.ReadList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records as documents.
 *
 * @param layout which keys they have; not {@link DataFormat#SNIFFED} or {@link DataFormat#TEXT}
 * @param template how instructions become prompts
 */
record RecordDocuments(DataFormat layout, PromptTemplate template) {
  /**
   * Reads every record once, to find those that have something to learn. As long as they are few
   * they are kept; else each is made again when it is asked for.
   *
   * @throws PalimpsestException if a record is malformed, or none has anything to learn
   */
  DataSource.Read read(Path file, List<JsonRecord> records) {
    List<Document> kept = new ArrayList<>();
    LongList used = new LongList();
    long size = 0;
    long unanswered = 0;
    long empty = 0;
    for (int i = 0; i < records.size(); i++) {
      Turns turns = turns(records.get(i));
      unanswered += turns.unanswered;
      empty += turns.empty;
      Optional<Document> document = turns.document();
      if (document.isPresent()) {
        used.add(i);
        size += turns.length;
        if (size <= FileBytes.SMALL) {
          kept.add(document.get());
        } else {
          kept.clear();
        }
      }
    }
    if (used.size() == 0) {
      throw new PalimpsestException(
          file + " has nothing to learn: " + records.size() + " records, all with an empty answer");
    }
    List<Document> documents =
        size <= FileBytes.SMALL
            ? List.copyOf(kept)
            : new ReadList<>(
                used.size(), i -> turns(records.get((int) used.get(i))).document().orElseThrow());
    return new DataSource.Read(
        documents,
        DataCounts.read(records.size(), records.size() - used.size(), unanswered, empty));
  }

  private Turns turns(JsonRecord r) {
    return switch (layout) {
      case INSTRUCTIONS -> instruction(r);
      case PROMPT_RESPONSE -> new Turns(r, true).ask(r.text("prompt")).last(r.text("response"));
      case CHAT -> chat(r);
      case TEXT_RECORDS -> new Turns(r, false).last(r.text("text").strip());
      case SNIFFED, TEXT -> throw new IllegalStateException(layout + " has no records");
    };
  }

  private Turns instruction(JsonRecord r) {
    String instruction = r.text("instruction");
    String input = r.textOrEmpty("input");
    Turns turns = new Turns(r, true);
    String system = r.textOrEmpty("system");
    for (List<String> pair : history(r)) {
      turns.ask(
          turns.isEmpty()
              ? template.prompt(system, pair.get(0), "")
              : template.next(pair.get(0), ""));
      turns.answer(pair.get(1), "");
    }
    return turns
        .ask(
            turns.isEmpty()
                ? template.prompt(system, instruction, input)
                : template.next(instruction, input))
        .last(r.text("output"));
  }

  private static List<List<String>> history(JsonRecord r) {
    if (!r.node().hasNonNull("history")) {
      return List.of();
    }
    JsonNode history = r.required("history");
    List<List<String>> pairs = new ArrayList<>();
    for (JsonNode pair : history) {
      if (!pair.isArray()
          || pair.size() != 2
          || !pair.get(0).isTextual()
          || !pair.get(1).isTextual()) {
        throw new PalimpsestException(
            r.origin()
                + ": turn "
                + (pairs.size() + 1)
                + " of 'history' must be an array of two texts, instruction and response, not "
                + (pair.isArray() ? "an array of " + pair.size() : JsonRecord.kind(pair)));
      }
      pairs.add(List.of(pair.get(0).textValue(), pair.get(1).textValue()));
    }
    if (!history.isArray()) {
      throw new PalimpsestException(
          r.origin() + ": key 'history' must be an array, not " + JsonRecord.kind(history));
    }
    return pairs;
  }

  private static Turns chat(JsonRecord r) {
    JsonNode messages = r.required("messages");
    if (!messages.isArray()) {
      throw new PalimpsestException(
          r.origin() + ": key 'messages' must be an array, not " + JsonRecord.kind(messages));
    }
    Turns turns = new Turns(r, true);
    int number = 0;
    for (JsonNode node : messages) {
      JsonRecord message = new JsonRecord(r.origin() + ": message " + (number + 1), number++, node);
      String role = message.text("role");
      String content = message.text("content");
      switch (role) {
        case "system" -> turns.ask("System: " + content + "\n");
        case "user" -> turns.ask("User: " + content + "\n");
        case "assistant" -> {
          turns.ask("Assistant:");
          turns.answer(content.isEmpty() ? "" : " " + content, "\n");
        }
        default ->
            throw new PalimpsestException(
                message.origin() + ": role '" + role + "' is none of system, user, assistant");
      }
    }
    if (turns.isEmpty()) {
      throw new PalimpsestException(r.origin() + ": 'messages' has no assistant turn to learn");
    }
    return turns;
  }

  /** The turns of one record as they are read. */
  private static final class Turns {
    private final JsonRecord record;
    private final boolean answers;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final StringBuilder context = new StringBuilder();
    private boolean learnable = true;
    private int answered;
    private int unanswered;
    private int empty;
    private long length;

    Turns(JsonRecord record, boolean answers) {
      this.record = record;
      this.answers = answers;
    }

    /** Whether there was no answer yet. */
    boolean isEmpty() {
      return answered == 0;
    }

    Turns ask(String text) {
      context.append(text);
      unanswered++;
      return this;
    }

    /** An answer; one that is empty is read with what follows, and not learned. */
    void answer(String text, String between) {
      answered++;
      unanswered = 0;
      if (text.isBlank()) {
        empty++;
        context.append(between);
      } else {
        exchange(text);
        context.append(between);
      }
    }

    /** The answer that the record is about. */
    Turns last(String text) {
      answered++;
      unanswered = 0;
      learnable = !text.isBlank();
      if (learnable) {
        exchange(text);
      }
      return this;
    }

    private void exchange(String text) {
      length += context.length() + text.length();
      exchanges.add(new Exchange(context.toString(), text));
      context.setLength(0);
    }

    Optional<Document> document() {
      return learnable && !exchanges.isEmpty()
          ? Optional.of(new Document(record.origin(), record.number(), exchanges, answers))
          : Optional.empty();
    }
  }
}
