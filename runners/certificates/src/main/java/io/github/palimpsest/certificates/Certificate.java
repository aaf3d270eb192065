package io.github.palimpsest.certificates;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.palimpsest.api.discovery.PluginOrigin;
import java.util.List;

/**
 * All verdicts on one component, and on what they were reached: the content of {@code
 * certificates/ID.json}. It names the JAR without its folder, so it says nothing of a machine.
 *
 * @param component its id
 * @param certified whether no binding rule is broken
 * @param settings the settings it was judged with
 * @param plugin its plugin
 * @param version the plugin's version
 * @param jar the name of its JAR or folder of classes
 * @param sha256 of the JAR; empty if it came from a folder of classes
 * @param entries the SHA-256 of all entries of the JAR or folder, except for what packing adds
 * @param kit the version of the kit that judged
 * @param platform operating system, architecture and Java
 * @param verdicts one for each rule of the component's kind
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
   * What became of one rule.
   *
   * @param rule the rule's id
   * @param level how binding it is
   * @param verdict what became of it
   * @param text the whole message where the rule is broken; why, where it was not tested; else
   *     empty
   */
  public record RuleVerdict(
      String rule,
      String level,
      String verdict,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String text) {
    /** Puts an empty text where the file has none. */
    public RuleVerdict {
      text = text == null ? "" : text;
    }
  }

  /**
   * A certificate of a component as it is now, by this version of the kit, on this machine.
   *
   * @param component its id
   * @param certified whether no binding rule is broken
   * @param settings the settings it was judged with
   * @param origin where it comes from; its JAR or folder is hashed
   * @param verdicts one for each rule
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
