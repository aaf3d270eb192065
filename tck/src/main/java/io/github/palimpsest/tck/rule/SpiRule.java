package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.should;

/** Rules for every plugin, whatever it offers. */
public enum SpiRule implements Rule {
  /**
   * A plugin is named in META-INF/services/io.github.palimpsest.api.Plugin, has a public
   * constructor without arguments, and offers at least one component.
   */
  SPI_01(
      must(
          "SPI-01",
          "A plugin is named in META-INF/services/io.github.palimpsest.api.Plugin, has a public constructor without arguments, and offers at least one component.",
          "the service file on the class path or in the JAR: one line with the plugin class's full name")),
  /**
   * A component's id matches [a-z][a-z0-9-]* with at most one prefix 'vendor.', is unique among all
   * plugins, and has a prefix unless it is this project's own.
   */
  SPI_02(
      must(
          "SPI-02",
          "A component's id matches [a-z][a-z0-9-]* with at most one prefix 'vendor.', is unique among all plugins, and has a prefix unless it is this project's own.",
          "id() of the provider; another JAR may own the name")),
  /**
   * create is pure: two objects made from equal settings behave equally and share nothing that
   * either can change.
   */
  SPI_03(
      must(
          "SPI-03",
          "create is pure: two objects made from equal settings behave equally and share nothing that either can change.",
          "a cached instance, a static or provider field that create hands out again")),
  /**
   * The settings are the same at each call, their defaults pass their own ranges and are enough for
   * create; an unknown key or a value of the wrong type is rejected by name.
   */
  SPI_04(
      must(
          "SPI-04",
          "The settings are the same at each call, their defaults pass their own ranges and are enough for create; an unknown key or a value of the wrong type is rejected by name.",
          "settings() must list every Setting that create and traits read, and no key twice")),
  /**
   * Loading a plugin and asking its providers for id, settings, traits and promises touches no
   * native library, no file and no thread.
   */
  SPI_05(
      must(
          "SPI-05",
          "Loading a plugin and asking its providers for id, settings, traits and promises touches no native library, no file and no thread.",
          "static initialisers and constructors of the plugin, its providers and what they refer to")),
  /**
   * A JAR that states Palimpsest-Api: [0.1,0.2) in its manifest is used only by an API in that
   * range.
   */
  SPI_06(
      must(
          "SPI-06",
          "A JAR that states Palimpsest-Api: [0.1,0.2) in its manifest is used only by an API in that range.",
          "the manifest attribute Palimpsest-Api and the API version that the plugin was built against")),
  /**
   * A component uses what it is handed and no graph, session, variable, thread, clock or random
   * source of its own.
   */
  SPI_07(
      must(
          "SPI-07",
          "A component uses what it is handed and no graph, session, variable, thread, clock or random source of its own.",
          "the calls named above; state belongs in Slots, memories or state(), changing numbers are a Schedule, random ones come from StepContext.gaussian or the RandomGenerator argument")),
  /** A component keeps nothing in static fields that can change. */
  SPI_08(
      must(
          "SPI-08",
          "A component keeps nothing in static fields that can change.",
          "the fields named above; make constants immutable and keep state in Slots, memories or state()")),
  /**
   * A plugin JAR from a folder brings its own dependencies and neither the API nor TensorFlow; each
   * JAR has a class loader of its own, which asks the JAR first and the host for these two and the
   * JDK.
   */
  L1(
      must(
          "L1",
          "A plugin JAR from a folder brings its own dependencies and neither the API nor TensorFlow; each JAR has a class loader of its own, which asks the JAR first and the host for these two and the JDK.",
          "the JAR's contents; both dependencies have scope 'provided'")),
  /**
   * A component says in words what it is: a summary, an equation, at least one reference, and what
   * each setting does.
   */
  SPI_09(
      should(
          "SPI-09",
          "A component says in words what it is: a summary, an equation, at least one reference, and what each setting does.",
          "summary(), equation(), Traits.references and the doc of each Setting")),
  /**
   * A component gives the bits that its absence gives where its strength is 0 and before its
   * declared onset, and needs nothing of the steps before that.
   */
  C1(
      must(
          "C1",
          "A component gives the bits that its absence gives where its strength is 0 and before its declared onset, and needs nothing of the steps before that.",
          "Traits.onset: runs share what was trained before it; strengths of 0 are tried by R2, O2, PPW-02 and PAR-01"));

  private final RuleText text;

  SpiRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
