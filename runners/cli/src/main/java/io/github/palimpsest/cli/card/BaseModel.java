package io.github.palimpsest.cli.card;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a card may say about a model that others are made from.
 *
 * @param folder its folder
 */
record BaseModel(Path folder) {
  private static final int MOST_BYTES = 1 << 16;
  private static final Pattern HUB = Pattern.compile("[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*");
  private static final Pattern CACHED = Pattern.compile("models--(.+?)--(.+)");
  private static final Pattern LICENSE =
      Pattern.compile("(?m)^license:[ \\t]*[\"']?([A-Za-z0-9][A-Za-z0-9.+-]*)[\"']?[ \\t]*$");

  /**
   * The name on the Hugging Face Hub: of a folder in the Hub's cache, or as {@code _name_or_path}
   * in {@code config.json} says.
   */
  Optional<String> hubName() {
    for (Path p = folder.toAbsolutePath().normalize(); p != null; p = p.getParent()) {
      Matcher cached = CACHED.matcher(String.valueOf(p.getFileName()));
      if (cached.matches()) {
        return Optional.of(cached.group(1) + "/" + cached.group(2)).filter(BaseModel::isHubName);
      }
    }
    ObjectNode config = StrictJson.object(folder.resolve("config.json"));
    return Optional.of(config.path("_name_or_path").asText()).filter(BaseModel::isHubName);
  }

  private static boolean isHubName(String name) {
    return HUB.matcher(name).matches();
  }

  /** Whether the folder has a card. */
  boolean hasCard() {
    return Files.isRegularFile(folder.resolve(HuggingFaceDirectory.CARD));
  }

  /** The license that the head of the folder's card names. */
  Optional<String> license() {
    Path card = folder.resolve(HuggingFaceDirectory.CARD);
    if (!hasCard()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(card)) {
      String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      int end = text.startsWith("---") ? text.indexOf("\n---", 3) : -1;
      Matcher license = LICENSE.matcher(text.substring(0, Math.max(0, end)).replace("\r", ""));
      return license.find() ? Optional.of(license.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new PalimpsestException(card + ": cannot be read: " + IoReason.of(e), e);
    }
  }
}
