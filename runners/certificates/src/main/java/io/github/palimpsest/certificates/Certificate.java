package io.github.palimpsest.certificates;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.discovery.PluginOrigin;
import java.util.List;

/**
 * All verdicts on one component, and the versions that they apply to: the content of {@code
 * certificates/ID.json}. It names the JAR without its folder, so it contains no path of a machine.
 *
 * @param component the component's id
 * @param certified whether no binding rule is broken
 * @param settings the tested settings of the component
 * @param plugin the component's plugin
 * @param version the plugin's version
 * @param jar the name of the plugin's JAR or folder of classes
 * @param sha256 the SHA-256 of the JAR; empty if the plugin is a folder of classes
 * @param entries the SHA-256 of all entries of the JAR or folder, without the additions of packing
 * @param kit the version of the kit that gave the verdicts
 * @param platform operating system, architecture and Java
 * @param verdicts one verdict for each rule of the component's kind
 */
public record Certificate(
    String component,
    boolean certified,
    String settings,
    String plugin,
    String version,
    String jar,
    String sha256,
    String entries,
    String kit,
    String platform,
    List<RuleVerdict> verdicts) {
  /** Copies the list. */
  public Certificate {
    verdicts = verdicts == null ? List.of() : List.copyOf(verdicts);
  }

  /**
   * The verdict on one rule.
   *
   * @param rule the rule's id
   * @param level the level of the rule: how binding it is
   * @param verdict the verdict
   * @param text the whole message if the rule is broken; the reason if it was not tested; otherwise
   *     empty
   */
  public record RuleVerdict(
      String rule,
      String level,
      String verdict,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String text) {
    /** Replaces a missing text with an empty one. */
    public RuleVerdict {
      text = text == null ? "" : text;
    }
  }

  /**
   * A certificate of a component as it is now, by this version of the kit, on this machine.
   *
   * @param component the component's id
   * @param certified whether no binding rule is broken
   * @param settings the tested settings of the component
   * @param origin the source of the component; its JAR or folder is hashed
   * @param verdicts one verdict for each rule
   */
  public static Certificate of(
      String component,
      boolean certified,
      String settings,
      PluginOrigin origin,
      List<RuleVerdict> verdicts) {
    return new Certificate(
        component,
        certified,
        settings,
        origin.plugin(),
        origin.version(),
        String.valueOf(origin.location().getFileName()),
        Content.ofJar(origin.location()),
        Content.ofEntries(origin.location()),
        Certificates.kitVersion(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", Java "
            + System.getProperty("java.version"),
        verdicts);
  }
}
