package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.http.ClientConfig;

/** A headless Chromium with an empty profile, which notes what it prints and what it asks for. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** A slow machine fails no test. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static boolean installed() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /** Opens a browser; the profile is an empty folder. */
  static Browser open(Path profile, String... more) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--force-device-scale-factor=1",
        "--hide-scrollbars",
        "--window-size=1280,900",
        "--user-data-dir=" + profile);
    options.addArguments(more);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .withTimeout(PATIENCE)
            .build();
    options.setPageLoadTimeout(PATIENCE);
    options.setScriptTimeout(PATIENCE);
    ClientConfig client = ClientConfig.defaultConfig().readTimeout(PATIENCE);
    return new Browser(new ChromeDriver(service, options, client));
  }

  ChromeDriver driver() {
    return driver;
  }

  void show(Path file) {
    driver.get(file.toUri().toString());
  }

  Object script(String code, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(code, arguments);
  }

  /** Everything that the page wrote to its console. */
  List<String> console() {
    List<String> lines = new ArrayList<>();
    driver.manage().logs().get(LogType.BROWSER).forEach(e -> lines.add(e.toString()));
    return lines;
  }

  /** Every address that the page asked for. */
  List<String> requests() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (var entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = new ObjectMapper().readTree(entry.getMessage()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        addresses.add(message.at("/params/request/url").asText());
      }
    }
    return addresses;
  }

  /** The page as PDF. The driver's own command for this waits for 10 seconds only. */
  byte[] printed() {
    Object pdf = driver.executeCdpCommand("Page.printToPDF", Map.of()).get("data");
    return Base64.getDecoder().decode((String) pdf);
  }

  /** A picture of an element, however tall. */
  byte[] picture(WebElement element) {
    Number height = (Number) script("return document.documentElement.scrollHeight");
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            1280,
            "height",
            height.intValue() + 50,
            "deviceScaleFactor",
            1,
            "mobile",
            false));
    try {
      return element.getScreenshotAs(OutputType.BYTES);
    } finally {
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
