package io.github.palimpsest.tck;

import io.github.palimpsest.api.discovery.PluginOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All verdicts on one component, and on what they were reached.
 *
 * @param component its id
 * @param settings the settings it was judged with
 * @param origin its plugin, the plugin's version, and its JAR or folder
 * @param sha256 of the JAR; empty if it came from a folder of classes
 * @param kitVersion the version of this kit
 * @param platform operating system, architecture and Java
 * @param verdicts one for each rule of the component's kind
 */
public record Certificate(
    String component,
    String settings,
    PluginOrigin origin,
    String sha256,
    String kitVersion,
    String platform,
    List<Verdict> verdicts) {
  /** Copies the list. */
  public Certificate {
    verdicts = List.copyOf(verdicts);
  }

  static Certificate of(Subject<?> subject, List<Verdict> verdicts) {
    return new Certificate(
        subject.provider().id().value(),
        subject.settings().toString(),
        subject.origin(),
        hash(subject.origin().location()),
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

  static String ofThisKit() {
    return Optional.ofNullable(Certificate.class.getPackage().getImplementationVersion())
        .orElse("unknown");
  }

  static String here() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", Java "
        + System.getProperty("java.version");
  }

  static String hash(Path location) {
    if (!Files.isRegularFile(location)) {
      return "";
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(location));
      return HexFormat.of().formatHex(hash);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The certificate as JSON. */
  public String toJson() {
    StringBuilder json = new StringBuilder("{\n");
    member(json, "component", component);
    member(json, "certified", certified());
    member(json, "settings", settings);
    member(json, "plugin", origin.plugin());
    member(json, "pluginVersion", origin.version());
    member(json, "location", origin.location().toString());
    member(json, "sha256", sha256);
    member(json, "kitVersion", kitVersion);
    member(json, "platform", platform);
    json.append("  \"verdicts\": [");
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict v = verdicts.get(i);
      json.append(i == 0 ? "\n" : ",\n").append("    {");
      json.append("\"rule\": ").append(quoted(v.rule().id()));
      json.append(", \"level\": ").append(quoted(v.rule().level().name()));
      json.append(", \"verdict\": ").append(quoted(v.outcome().name()));
      if (!v.text().isEmpty()) {
        json.append(", \"text\": ").append(quoted(v.text()));
      }
      json.append('}');
    }
    return json.append("\n  ]\n}\n").toString();
  }

  private static void member(StringBuilder json, String key, String value) {
    json.append("  ").append(quoted(key)).append(": ").append(quoted(value)).append(",\n");
  }

  private static void member(StringBuilder json, String key, boolean value) {
    json.append("  ").append(quoted(key)).append(": ").append(value).append(",\n");
  }

  private static String quoted(String text) {
    StringBuilder q = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> q.append('\\').append(c);
        case '\n' -> q.append("\\n");
        case '\t' -> q.append("\\t");
        default -> q.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return q.append('"').toString();
  }
}
