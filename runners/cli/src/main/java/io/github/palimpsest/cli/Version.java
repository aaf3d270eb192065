package io.github.palimpsest.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of this JAR. */
public final class Version implements IVersionProvider {
  public static String current() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"palimpsest " + current()};
  }
}
