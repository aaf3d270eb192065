package io.github.palimpsest.tck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.discovery.PluginOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * All verdicts on one component, and on what they were reached.
 *
 * @param component its id
 * @param settings the settings it was judged with
 * @param origin its plugin, the plugin's version, and its JAR or folder
 * @param sha256 of the JAR; empty if it came from a folder of classes
 * @param entries the SHA-256 of all entries of the JAR or folder, but for what packing adds
 * @param kitVersion the version of this kit
 * @param platform operating system, architecture and Java
 * @param verdicts one for each rule of the component's kind
 */
public record Certificate(
    String component,
    String settings,
    PluginOrigin origin,
    String sha256,
    String entries,
    String kitVersion,
    String platform,
    List<Verdict> verdicts) {
  static final String CERTIFIED = "certified";
  static final String ENTRIES = "entries";
  static final String KIT = "kit";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list. */
  public Certificate {
    verdicts = List.copyOf(verdicts);
  }

  static Certificate of(Subject<?> subject, List<Verdict> verdicts) {
    return of(
        subject.provider().id().value(), subject.settings().toString(), subject.origin(), verdicts);
  }

  static Certificate of(
      String component, String settings, PluginOrigin origin, List<Verdict> verdicts) {
    return new Certificate(
        component,
        settings,
        origin,
        Content.ofJar(origin.location()),
        Content.ofEntries(origin.location()),
        ofThisKit(),
        here(),
        verdicts);
  }

  /** Whether no binding rule is broken. */
  public boolean certified() {
    return !verdicts.isEmpty() && verdicts.stream().noneMatch(Verdict::refuses);
  }

  /** How many rules have each outcome. */
  public Map<Outcome, Long> counts() {
    Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    for (Outcome o : Outcome.values()) {
      counts.put(o, verdicts.stream().filter(v -> v.outcome() == o).count());
    }
    return counts;
  }

  /** The version of this kit. */
  static String ofThisKit() {
    Properties kit = new Properties();
    try (InputStream in = Certificate.class.getResourceAsStream("kit.properties")) {
      kit.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kit.getProperty("version");
  }

  private static String here() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", Java "
        + System.getProperty("java.version");
  }

  /** The certificate as JSON; the JAR by its name alone, so that it says nothing of a machine. */
  public ObjectNode json() {
    ObjectNode node =
        JSON.createObjectNode()
            .put("component", component)
            .put(CERTIFIED, certified())
            .put("settings", settings)
            .put("plugin", origin.plugin())
            .put("version", origin.version())
            .put("jar", String.valueOf(origin.location().getFileName()))
            .put("sha256", sha256)
            .put(ENTRIES, entries)
            .put(KIT, kitVersion)
            .put("platform", platform);
    ArrayNode all = node.putArray("verdicts");
    for (Verdict v : verdicts) {
      ObjectNode one =
          all.addObject()
              .put("rule", v.rule().id())
              .put("level", v.rule().level().name())
              .put("verdict", v.outcome().name());
      if (!v.text().isEmpty()) {
        one.put("text", v.text());
      }
    }
    return node;
  }

  /** The certificate as the text of its JSON. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes always has a text", e);
    }
  }

  static JsonNode read(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }
}
