package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.certificates.Certificate;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.tck.Certification;
import io.github.palimpsest.tck.Judgement;
import io.github.palimpsest.tck.Outcome;
import io.github.palimpsest.tck.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code verify}: runs the compatibility kit on one component, or on all components of a JAR. */
@Command(
    name = "verify",
    description =
        "Checks a component, or all components of a plugin JAR, rule by rule, and certifies them.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "COMPONENT|FILE.jar",
      description = "a component, such as ewc or lora(rank=4), or a plugin JAR")
  String subject = "";

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(
      names = "--thorough",
      description =
          "also check drawn settings: each number from half to twice its value, each choice any of"
              + " its words; takes minutes")
  boolean thorough;

  @Option(
      names = "--draws",
      paramLabel = "N",
      converter = Ranged.Count.class,
      defaultValue = "4",
      description = "draws of --thorough (default: ${DEFAULT-VALUE})")
  int draws = 4;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Ranged.Seed.class,
      defaultValue = "7",
      description = "seed of --thorough (default: ${DEFAULT-VALUE})")
  long seed = 7;

  @Option(names = "--json", description = "an array with an object for each component")
  boolean json;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "write the certificates to this file, in the format of --json")
  @Nullable Path certificate;

  /** The component that the last printed line is about. */
  private String printed = "";

  /** Components whose defaults were judged: they come before drawn settings. */
  private final Set<String> defaults = new HashSet<>();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    plugins.stall.apply();
    ParseResult given = spec.commandLine().getParseResult();
    if (!thorough && (given.hasMatchedOption("--draws") || given.hasMatchedOption("--seed"))) {
      throw new PalimpsestException("--draws and --seed need --thorough");
    }
    if (given.hasMatchedOption("--stall-timeout")) {
      Certification.silence(plugins.stall.timeout);
    }
    PrintWriter out = spec.commandLine().getOut();
    BiConsumer<String, Verdict> listener = json ? (c, v) -> {} : (c, v) -> print(c, v, out);
    List<Judgement> judgements = new ArrayList<>(judgements(listener));
    if (thorough) {
      judgements.addAll(drawn(List.copyOf(judgements), listener));
    }
    boolean certified = judgements.stream().allMatch(Judgement::certified);
    List<Certificate> certificates =
        judgements.stream().map(j -> certificate(j, certified || !thorough)).toList();
    String all = Certificates.json(certificates);
    if (json) {
      out.println(all);
    } else {
      judgements.forEach(j -> summarise(j, out));
    }
    write(all);
    return certified ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Judgement> drawn(List<Judgement> judgements, BiConsumer<String, Verdict> listener) {
    boolean jar = isJar();
    Path source = jar ? Path.of(subject) : plugins.folder;
    return judgements.stream()
        .filter(Certification::loaded)
        .map(j -> jar ? j.component() : subject)
        .flatMap(
            c ->
                Certification.thorough(c, source, seed, draws, v -> listener.accept(c, v)).stream())
        .toList();
  }

  private List<Judgement> judgements(BiConsumer<String, Verdict> listener) {
    if (!isJar()) {
      return List.of(
          Certification.ofComponent(subject, plugins.folder, v -> listener.accept(subject, v)));
    }
    Path jar = Path.of(subject);
    if (!Files.isRegularFile(jar)) {
      throw new PalimpsestException("plugin '" + subject + "' is not a file");
    }
    return Certification.ofJar(jar, listener);
  }

  private boolean isJar() {
    return subject.endsWith(".jar");
  }

  /** Whether a component is checked with other settings than its defaults. */
  private boolean hasSettings() {
    return !isJar() && !Certification.written(subject).arguments().isEmpty();
  }

  /**
   * Keeps the certificate next to the JAR, where list and run look for it, unless a base is missing
   * that rules need; a folder that is read-only is no failure. A certificate there is that of the
   * defaults, and is not kept if drawn settings break a rule.
   */
  private Certificate certificate(Judgement judgement, boolean keep) {
    Certificate certificate = judgement.certificate();
    boolean judged = judgement.certified() || judgement.isRefused();
    if (!keep
        || !judged
        || !Certification.loaded(judgement)
        || hasSettings()
        || !ofDefaults(judgement)) {
      return certificate;
    }
    try {
      Certificates.keep(certificate, judgement.origin().location());
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println(
              "palimpsest: the certificate of '"
                  + certificate.component()
                  + "' cannot be saved, so list and run do not see it: "
                  + e);
    }
    return certificate;
  }

  private boolean ofDefaults(Judgement judgement) {
    return defaults.add(judgement.component());
  }

  private void write(String text) {
    Path file = certificate;
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, text + System.lineSeparator());
    } catch (IOException e) {
      throw new PalimpsestException("certificate '" + file + "' cannot be written: " + e, e);
    }
  }

  /** The lines of a JAR name their component, since it may have several. */
  private void print(String component, Verdict v, PrintWriter out) {
    if (isJar() && !component.equals(printed)) {
      out.println("=== " + component + " ===");
      printed = component;
    }
    boolean broken = v.outcome() == Outcome.FAILED || v.outcome() == Outcome.WARNED;
    boolean prevented = !broken && !v.explained(); // the rule that is named has the whole text
    out.printf(
        Locale.ROOT,
        "%s%-7s %-14s %s%n",
        isJar() ? component + " " : "",
        v.rule().id(),
        word(v.outcome()),
        prevented ? v.text() : v.rule().text().sentence());
    if (broken) {
      out.println(v.text());
    } else if (!prevented && !v.text().isEmpty()) {
      out.printf("  %-9s %s%n", "why", v.text());
    }
    out.flush();
  }

  private void summarise(Judgement c, PrintWriter out) {
    StringJoiner counts = new StringJoiner(", ");
    for (Map.Entry<Outcome, Long> e : c.counts().entrySet()) {
      counts.add(e.getValue() + " " + word(e.getKey()));
    }
    out.println(
        (Certification.loaded(c)
                ? (thorough ? c.settings() : c.component()) + " (" + c.origin() + ")"
                : subject)
            + ": "
            + state(c)
            + "; "
            + counts);
  }

  private static String state(Judgement judgement) {
    if (judgement.isRefused()) {
      return "refused";
    }
    return judgement.certified() ? "certified" : "untested";
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
