package io.github.palimpsest.llm.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The chat templates of a model, by name. As in transformers, {@code chat_template.jinja} is the
 * default one, each file of {@code additional_chat_templates} has its own name, and only without
 * such files {@code chat_template} of {@code tokenizer_config.json} counts: a text, or a list of
 * named ones.
 *
 * @param folder the model's folder, for messages
 * @param sources the templates by name; at least one
 * @param tokens the texts of the special tokens, by key, for the templates
 */
public record ChatTemplates(
    Path folder, SortedMap<String, String> sources, Map<String, String> tokens) {
  private static final String DEFAULT = "default";
  private static final String SUFFIX = ".jinja";
  private static final long MAX_BYTES = 1 << 22;

  /**
   * The templates of a folder.
   *
   * @param tokens the texts of its special tokens, by key
   * @return empty if the model has none
   * @throws PalimpsestException if a file cannot be read, or is not UTF-8
   */
  public static Optional<ChatTemplates> of(Path folder, Map<String, String> tokens) {
    TreeMap<String, String> sources = new TreeMap<>();
    Path main = folder.resolve("chat_template" + SUFFIX);
    if (Files.isRegularFile(main)) {
      sources.put(DEFAULT, read(main));
    }
    Path others = folder.resolve("additional_chat_templates");
    if (Files.isDirectory(others)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(others, "*" + SUFFIX)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - SUFFIX.length()), read(file));
        }
      } catch (IOException e) {
        throw new PalimpsestException("cannot read " + others + ": " + e.getMessage(), e);
      }
    }
    Path config = folder.resolve("tokenizer_config.json");
    if (sources.isEmpty() && Files.isRegularFile(config)) {
      configured(config, sources);
    }
    return sources.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChatTemplates(folder, sources, tokens));
  }

  private static void configured(Path config, SortedMap<String, String> sources) {
    JsonNode template = StrictJson.object(config).path("chat_template");
    if (template.isTextual()) {
      sources.put(DEFAULT, template.textValue());
    } else if (template.isArray()) {
      for (JsonNode each : template) {
        if (!each.path("name").isTextual() || !each.path("template").isTextual()) {
          throw new PalimpsestException(
              config + ": each 'chat_template' of a list needs the texts 'name' and 'template'");
        }
        sources.put(each.get("name").textValue(), each.get("template").textValue());
      }
    } else if (!template.isMissingNode() && !template.isNull()) {
      throw new PalimpsestException(
          config + ": 'chat_template' must be a text, or a list of named ones");
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new PalimpsestException(file + " is longer than " + MAX_BYTES + " bytes");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The template of a name.
   *
   * @param date what the template writes as today, as {@code 2024-07-26}
   * @throws PalimpsestException if there is none of that name, it is malformed, or the date is
   */
  public ChatTemplate get(String name, String date) {
    String source = sources.get(name);
    if (source == null) {
      throw new PalimpsestException(
          folder
              + " has no chat template '"
              + name
              + "'"
              + NearestName.hint(name, List.copyOf(sources.keySet())));
    }
    return ChatTemplate.parse(
        "the chat template of " + folder + (name.equals(DEFAULT) ? "" : " named '" + name + "'"),
        source,
        tokens,
        ChatTemplate.date(date));
  }
}
