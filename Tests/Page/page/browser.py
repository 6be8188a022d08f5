"""Headless Chromium, driven by Selenium: a person with eyes for the page and its console."""

import contextlib
import json
import os
import shutil
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from page import Broken

PATIENCE = 15  # seconds, for what takes one
DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium")


@contextlib.contextmanager
def browser(width=1280, height=900):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={width},{height}",
        "--disable-background-networking", "--disable-component-update", "--no-first-run", "--hide-scrollbars",
    ]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(DRIVER, log_output=os.devnull)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.set_page_load_timeout(PATIENCE)
        driver.set_script_timeout(60)
        yield Browser(driver)
    finally:
        driver.quit()


class Browser:
    def __init__(self, driver):
        self.driver = driver

    def open(self, address):
        self.driver.get(address)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.find(selector).text

    def click(self, selector):
        self.find(selector).click()

    def type(self, selector, text):
        self.find(selector).send_keys(text)

    def press(self, *keys):
        """On whatever has the focus."""
        actions = webdriver.ActionChains(self.driver)
        for key in keys:
            actions.send_keys(getattr(Keys, key, key))
        actions.perform()

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def focused(self):
        """What has the focus, as a screen reader would name it."""
        return self.script(
            "const it = document.activeElement; return it.ariaLabel || it.labels?.[0]?.textContent || it.textContent.trim()")

    def until(self, condition, complaint, seconds=PATIENCE):
        """What `condition()` gives once that is true; elements that went away meanwhile are looked for anew."""
        deadline = time.monotonic() + seconds
        fault = None
        while time.monotonic() < deadline:
            try:
                if found := condition():
                    return found
                fault = None
            except (StaleElementReferenceException, WebDriverException) as caught:
                fault = caught
            time.sleep(0.03)
        shown = self.script("return document.querySelector('main')?.innerText.slice(0, 600)")
        raise Broken(f"{complaint}: not in {seconds} s ({fault or 'the page shows ' + json.dumps(shown)})")

    def is_shown(self, selector):
        found = self.all(selector)
        return bool(found) and found[0].is_displayed()

    def mode(self):
        return self.find("#connection").get_attribute("data-mode")

    def await_mode(self, mode, seconds=PATIENCE):
        self.until(lambda: self.mode() == mode, f"the connection is {mode}", seconds)

    def console(self):
        """What the console has said since it was last asked."""
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def emulate(self, width, height, scheme, scale=1):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
